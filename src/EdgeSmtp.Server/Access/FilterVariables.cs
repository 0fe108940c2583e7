using System.Globalization;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Server.Configuration.Reading;

namespace EdgeSmtp.Server.Access;

/// <summary>
/// What the variables that Spamcontrol sites set for each client mean for filters. To add one, add a line. The binder checks what comes out against the options of the
/// type, so a value out of range is reported with the place of the rule.
/// </summary>
internal static class FilterVariables
{
    /// <summary>All of them. A variable may stand in several lines.</summary>
    public static IReadOnlyList<FilterVariable> All { get; } =
    [
        Seconds("GREETDELAY", "GreetDelay", "Delay"),
        // IndiMail: a negative number also enforces silence before the greeting.
        Text("GREETDELAY", "GreetDelay", "EarlyTalk", static value => value.StartsWith('-') ? "Enforce" : null),
        // rblsmtpd: with RBLSMTPD set, whatever to, the decision is made, and nobody is looked up or held back.
        Switch("RBLSMTPD", "Rbl", nameof(DriverOptions.Enabled), static _ => "false"),
        Text("RBLSMTPD", "GreetDelay", "Delay", static _ => "00:00:00"),
        Text("HELOCHECK", "HeloCheck", "Mode", static value => value),
        Switch("MFDNSCHECK", "SenderCheck", "CheckDomain", static _ => "true"),
        Text("LOCALMFCHECK", "SenderCheck", "LocalSender", static value => value),
        Number("TARPITCOUNT", "RecipientCheck", "TarpitCount"),
        Seconds("TARPITDELAY", "RecipientCheck", "TarpitDelay"),
        Number("SPFBEHAVIOR", "Spf", "Behavior"),
        Number("SPF", "Spf", "Behavior"),
    ];

    private static FilterVariable Text(string name, string type, string option, Func<string, string?> read) => new(name, type, option, ConfigScalarKind.Text, read);

    private static FilterVariable Switch(string name, string type, string option, Func<string, string?> read) => new(name, type, option, ConfigScalarKind.Truth, read);

    private static FilterVariable Number(string name, string type, string option) => new(name, type, option, ConfigScalarKind.Number, static value => value);

    /// <summary>A number of seconds; what is none is left to the binder to complain of.</summary>
    private static FilterVariable Seconds(string name, string type, string option) => Text(
        name, type, option,
        static value => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int seconds) && seconds is > -86_400 and < 86_400
            ? TimeSpan.FromSeconds(Math.Abs(seconds)).ToString("c", CultureInfo.InvariantCulture)
            : value);
}
