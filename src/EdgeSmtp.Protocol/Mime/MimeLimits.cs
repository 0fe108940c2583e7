namespace EdgeSmtp.Protocol.Mime;

/// <summary>How much structure a <see cref="MimeScanner"/> follows.</summary>
public sealed record MimeLimits
{
    /// <summary>The largest <see cref="DepthMax"/>.</summary>
    public const int DepthCeiling = 64;

    /// <summary>Limits with their defaults.</summary>
    public static MimeLimits Default { get; } = new();

    /// <summary>Multiparts and messages within one another. 1 to 64; default 16.</summary>
    public int DepthMax { get; init; } = 16;

    /// <summary>Parts of a message, those that hold parts included. Default 1,000.</summary>
    public int PartsMax { get; init; } = 1_000;

    /// <summary>Bytes of one header, line ends not counted. Default 256 KiB.</summary>
    public int HeaderBytesMax { get; init; } = 256 << 10;
}
