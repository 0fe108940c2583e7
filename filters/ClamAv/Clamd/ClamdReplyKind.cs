namespace EdgeSmtp.Filters.ClamAv.Clamd;

/// <summary>What clamd said.</summary>
internal enum ClamdReplyKind : byte
{
    /// <summary><c>OK</c>.</summary>
    Clean,

    /// <summary>A name and <c>FOUND</c>. Names that begin with <c>Heuristics.</c> also tell of limits and encryption.</summary>
    Found,

    /// <summary>INSTREAM is longer than its <c>StreamMaxLength</c>.</summary>
    TooLong,

    /// <summary>Anything else that ends in <c>ERROR</c>.</summary>
    Error,

    /// <summary>Nothing within the time for a scan, though it is alive.</summary>
    TooSlow,

    /// <summary>No clamd could be asked.</summary>
    Unreachable,
}
