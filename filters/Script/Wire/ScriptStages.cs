namespace EdgeSmtp.Filters.Script.Wire;

/// <summary>The stages at which a program can be asked. Their names in lines are these in lower case.</summary>
[Flags]
internal enum ScriptStages
{
    None = 0,
    Connect = 1,
    Helo = 2,
    Mail = 4,
    Rcpt = 8,
    Message = 16,
}
