namespace EdgeSmtp.Sessions.Smtp;

/// <summary>What <see cref="LineReader"/> found.</summary>
internal enum LineStatus : byte
{
    /// <summary>No line end yet.</summary>
    Incomplete,

    /// <summary>A line.</summary>
    Complete,

    /// <summary>The end of a line that was longer than the limit; it has been discarded.</summary>
    TooLong,

    /// <summary>An LF without CR.</summary>
    BareLf,
}
