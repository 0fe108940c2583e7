namespace EdgeSmtp.Toolkit.Scanning;

/// <summary>What becomes of a message when its scanner has no place for it, or cannot be asked.</summary>
public enum ScanFallback : byte
{
    /// <summary>The client is told to come again.</summary>
    Defer,

    /// <summary>It is let through unscanned, with a header field and a fact that say so.</summary>
    Skip,

    /// <summary>It is taken, and scanned before it is delivered: what the scanner says then may tag or hold it, and cannot refuse it. Where the server keeps no such mail, or no more of it, the client is told to come again.</summary>
    Pending,
}
