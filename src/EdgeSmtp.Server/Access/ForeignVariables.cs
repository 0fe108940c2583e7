namespace EdgeSmtp.Server.Access;

/// <summary>Variables that classic sites have in their rules, and that mean nothing here or not yet: pointed out, and no reason to refuse the file.</summary>
internal static class ForeignVariables
{
    private static readonly Dictionary<string, string> Whole = new(StringComparer.Ordinal)
    {
        ["QMAILQUEUE"] = "a rule may not name a program: configure a filter of type Exec, and switch it on by a profile",
        ["SMTPAUTH"] = "there is no authentication yet",
        ["SPFINFO"] = "the filter Spf has an option for it",
        ["DELIVERTO"] = "give the domain a route",
        ["POSTGREY"] = "use the filter Greylist",
        ["CERTFILE"] = Certificates,
        ["KEYFILE"] = Certificates,
        ["CCAFILE"] = Certificates,
        ["DHFILE"] = Certificates,
        ["TCPLOCALHOST"] = "the name is Hostname in the configuration",
        ["MAXCONNIP"] = Limits,
        ["MAXCONNC"] = Limits,
        ["MAXLOAD"] = Limits,
        ["DIEMSG"] = Limits,
    };

    private const string Certificates = "certificates are chosen by listener and by SNI";
    private const string Limits = "open connections are limited by Limits in the configuration, before the rules";

    /// <summary>All names; those that end in <c>*</c> are beginnings.</summary>
    public static IEnumerable<string> Names => Whole.Keys.Append("REPLY_*");

    /// <summary>Why a variable has no effect; <c>null</c> when it is none of these.</summary>
    public static string? Explain(string name) =>
        name.StartsWith("REPLY_", StringComparison.Ordinal) ? "texts are in Replies of each filter, and in profiles"
        : Whole.GetValueOrDefault(name);
}
