namespace EdgeSmtp.Filters.Exec;

/// <summary>Whose exit codes the program knows, where they differ.</summary>
public enum ExecDialect
{
    /// <summary>Spamcontrol: 32 is a virus, 33 is spam.</summary>
    Spamcontrol,

    /// <summary>indimail and netqmail's patches: 32 is spam, 33 is a virus.</summary>
    Indimail,
}
