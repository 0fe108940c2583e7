using System.Globalization;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Access;

namespace EdgeSmtp.Server.Access;

/// <summary>What variables mean for the session itself. To add one, add a line.</summary>
internal static class SettingVariables
{
    private const long MessageSizeMin = 1;
    private const int RecipientsLimit = 100_000;

    /// <summary>Each takes the settings so far and its value, and gives new settings, or what is wrong.</summary>
    public static IReadOnlyDictionary<string, Func<AccessSettings, string, (AccessSettings Settings, string? Error)>> All { get; } =
        new Dictionary<string, Func<AccessSettings, string, (AccessSettings Settings, string? Error)>>(StringComparer.Ordinal)
        {
            ["RELAYCLIENT"] = static (settings, value) => value.Length == 0
                ? (settings with { MayRelay = true }, null)
                : (settings, "a suffix for recipients is not supported; give RELAYCLIENT=\"\", and their domain a route"),
            ["RBLSMTPD"] = static (settings, value) => (settings with { Refusal = RefusalOf(value) }, null),
            ["DATABYTES"] = static (settings, value) => Whole(value, 0, int.MaxValue) is { } bytes
                ? (settings with { MessageSizeMax = bytes == 0 ? int.MaxValue : Math.Max(bytes, MessageSizeMin) }, null)
                : (settings, $"must be 0 (no limit of its own) to {int.MaxValue} bytes, not '{value}'"),
            ["MAXRECIPIENTS"] = static (settings, value) => Whole(value, 1, RecipientsLimit) is { } recipients
                ? (settings with { RecipientsMax = (int)recipients }, null)
                : (settings, $"must be 1 to {RecipientsLimit}, not '{value}'"),
            ["RECIPIENTS450"] = static (settings, _) => (settings with { DefersUnknownRecipients = true }, null),
            ["UCSPITLS"] = static (settings, value) => value switch
            {
                "" => (settings with { StartTls = StartTlsRule.Offer }, null),
                "!" => (settings with { StartTls = StartTlsRule.Require }, null),
                "-" => (settings with { StartTls = StartTlsRule.Hide }, null),
                _ => (settings, $"must be empty (offered), ! (required) or - (not offered), not '{value}'"),
            },
            ["BARELF"] = static (settings, value) => Rule(settings, value, static (all, rule) => all with { BareLf = rule }),
            ["BARECR"] = static (settings, value) => Rule(settings, value, static (all, rule) => all with { BareCr = rule }),
            ["NUL"] = static (settings, value) => Rule(settings, value, static (all, rule) => all with { Nul = rule }),
        };

    /// <summary>rblsmtpd: a hyphen in front refuses for good.</summary>
    private static SmtpReply? RefusalOf(string value) => value switch
    {
        "" => null,
        ['-', .. var text] => new SmtpReply(553, "5.7.1", text),
        _ => new SmtpReply(451, "4.7.1", value),
    };

    private static long? Whole(string value, long least, long most) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most ? number : null;

    private static (AccessSettings Settings, string? Error) Rule(AccessSettings settings, string value, Func<AccessSettings, NewlineRule, AccessSettings> set) =>
        Enum.TryParse(value, ignoreCase: true, out NewlineRule rule) && Enum.IsDefined(rule) && !char.IsAsciiDigit(value[0])
            ? (set(settings, rule), null)
            : (settings, $"must be {nameof(NewlineRule.Reject)} or {nameof(NewlineRule.Normalize)}, not '{value}'");
}
