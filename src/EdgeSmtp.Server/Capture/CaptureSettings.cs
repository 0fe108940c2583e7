namespace EdgeSmtp.Server.Capture;

/// <summary>What is recorded, how much of it and for how long. The operator sets it with <c>edgesmtp capture start</c>; it survives a restart.</summary>
/// <param name="Until">When recording ends by itself.</param>
/// <param name="Share">Share of the sessions that is recorded, above 0 to 1.</param>
/// <param name="ContentBytesMax">Largest content that is recorded, in bytes; −1 for none.</param>
/// <param name="SizeBytesMax">Bytes of all files; the oldest go first.</param>
/// <param name="AgeMax">Age at which files go, also after recording has ended.</param>
internal sealed record CaptureSettings(DateTimeOffset Until, double Share, long ContentBytesMax, long SizeBytesMax, TimeSpan AgeMax)
{
    /// <summary>Largest share of disk that may be asked for.</summary>
    public const long SizeBytesMost = 1L << 40;

    /// <summary>Least that holds a day of a small server.</summary>
    public const long SizeBytesLeast = 1L << 20;
}
