namespace EdgeSmtp.LoadTests.Servers;

/// <summary>Scanners of content that a scenario can have.</summary>
internal enum ScannerKind
{
    /// <summary>ClamAV's daemon, with a signature of the EICAR file and no others: Debian ships none. Its time for a message is near that with all signatures, its memory is not.</summary>
    Clamd,

    /// <summary>SpamAssassin's daemon, with Debian's rules and two children, without network tests.</summary>
    Spamd,
}
