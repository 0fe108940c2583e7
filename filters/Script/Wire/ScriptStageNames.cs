namespace EdgeSmtp.Filters.Script.Wire;

/// <summary>Stages as lines name them.</summary>
internal static class ScriptStageNames
{
    public static string Of(ScriptStages stage) => stage switch
    {
        ScriptStages.Connect => "connect",
        ScriptStages.Helo => "helo",
        ScriptStages.Mail => "mail",
        ScriptStages.Rcpt => "rcpt",
        _ => "message",
    };

    /// <summary>The stage of a name; none for a name that we do not know.</summary>
    public static ScriptStages Parse(string name) => name switch
    {
        "connect" => ScriptStages.Connect,
        "helo" => ScriptStages.Helo,
        "mail" => ScriptStages.Mail,
        "rcpt" => ScriptStages.Rcpt,
        "message" => ScriptStages.Message,
        _ => ScriptStages.None,
    };
}
