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
    private const string TarpitDelay = "TARPITDELAY";

    /// <summary>With this delay Spamcontrol calls a client that named too many invalid recipients notorious.</summary>
    private const int Notorious = 999;

    /// <summary>All of them. A variable may stand in several lines; of two lines for one option the later counts.</summary>
    public static IReadOnlyList<FilterVariable> All { get; } =
    [
        Text("GREETDELAY", "GreetDelay", "Delay", Seconds),
        // IndiMail: a negative number also enforces silence before the greeting.
        Text("GREETDELAY", "GreetDelay", "EarlyTalk", static value => value.StartsWith('-') ? "Enforce" : null),
        // rblsmtpd: with RBLSMTPD set, whatever to, the decision is made, and nobody is looked up or held back.
        Switch("RBLSMTPD", "Rbl", nameof(DriverOptions.Enabled), static (_, _) => "false"),
        Text("RBLSMTPD", "GreetDelay", "Delay", static _ => "00:00:00"),
        Text("HELOCHECK", "HeloCheck", "Mode", static value => value),
        Switch("MFDNSCHECK", "SenderCheck", "CheckDomain", static (_, _) => "true"),
        Text("LOCALMFCHECK", "SenderCheck", "LocalSender", static value => value),
        // A delay between 1 and 998 slows the client down; none, or 999, counts its invalid recipients instead.
        Number("TARPITCOUNT", "RecipientCheck", "TarpitCount", static (value, all) => DelayOf(all) is > 0 and < Notorious ? value : "0"),
        Number("TARPITCOUNT", "RecipientCheck", "InvalidRecipientsMax", static (value, all) => DelayOf(all) is 0 or Notorious ? value : null),
        Switch("TARPITCOUNT", "RecipientCheck", "RefuseNotorious", static (value, all) => DelayOf(all) == Notorious && value != "0" ? "true" : "false"),
        Text(TarpitDelay, "RecipientCheck", "TarpitDelay", static value => value is "0" or "999" ? null : Seconds(value)),
        Text("SPFBEHAVIOR", "Spf", "Behavior", static value => value),
        Text("SPF", "Spf", "Behavior", static value => value),
        Text("BADMIMETYPE", "Warlord", "BadMimeType", static value => value),
        Text("BADLOADERTYPE", "Warlord", "BadLoaderType", static value => value),
        // Whatever to: a scanner whose SkipWhen names the fact then leaves mail without attachments alone.
        Switch("BASE64", "Warlord", "MarkTextOnly", static (_, _) => "true"),
        // Spamcontrol scans for the clients whose rule names a program; an empty one is how sites write "not for these".
        Switch("QHPSI", "ClamAv", nameof(DriverOptions.Enabled), static (value, _) => value.Length > 0 ? "true" : "false"),
        Text("QHPSI", "ClamAv", "Program", static value => value),
        Text("QHPSIARG1", "ClamAv", "ProgramArgument1", static value => value),
        Text("QHPSIARG2", "ClamAv", "ProgramArgument2", static value => value),
        Text("QHPSIARG3", "ClamAv", "ProgramArgument3", static value => value),
        Number("QHPSIRC", "ClamAv", "InfectedExitCode", static (value, _) => value),
        Number("QHPSIRN", "ClamAv", "CleanExitCode", static (value, _) => value),
        Number("QHPSIMINSIZE", "ClamAv", "SizeBytesMin", static (value, _) => value),
        Number("QHPSIMAXSIZE", "ClamAv", "SizeBytesMax", static (value, _) => value),
    ];

    private static FilterVariable Text(string name, string type, string option, Func<string, string?> read) =>
        new(name, type, option, ConfigScalarKind.Text, (value, _) => read(value));

    private static FilterVariable Switch(string name, string type, string option, Func<string, IReadOnlyDictionary<string, string>, string?> read) =>
        new(name, type, option, ConfigScalarKind.Truth, read);

    private static FilterVariable Number(string name, string type, string option, Func<string, IReadOnlyDictionary<string, string>, string?> read) =>
        new(name, type, option, ConfigScalarKind.Number, read);

    /// <summary>A number of seconds; what is none is left to the binder to complain of.</summary>
    private static string Seconds(string value) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int seconds) && seconds is > -86_400 and < 86_400
            ? TimeSpan.FromSeconds(Math.Abs(seconds)).ToString("c", CultureInfo.InvariantCulture)
            : value;

    private static int DelayOf(IReadOnlyDictionary<string, string> variables) =>
        int.TryParse(variables.GetValueOrDefault(TarpitDelay), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) ? seconds : 0;
}
