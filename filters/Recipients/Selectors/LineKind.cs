namespace EdgeSmtp.Filters.Recipients.Selectors;

/// <summary>What a line does with the domains that it selects.</summary>
internal enum LineKind : byte
{
    /// <summary>Asks a backend of <c>Backends</c>.</summary>
    Backend,

    /// <summary>Asks a cdb that the line names.</summary>
    CdbFile,

    /// <summary>Asks a program that the line names.</summary>
    Program,

    /// <summary>Accepts every address.</summary>
    Wild,

    /// <summary>Accepts every address of domains that no line selected.</summary>
    PassUnlisted,
}
