using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Server.Explain;

/// <summary>What <c>edgesmtp explain</c> reads: what each filter saw and said of each session, in files in <c>explain</c> below the data directory. They hold addresses of senders and recipients.</summary>
internal sealed record ExplainOptions
{
    /// <summary>Whether it is kept. Default yes.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Bytes of all files; the oldest file goes first. 8 MiB to 1 TiB; default 256 MiB.</summary>
    [Range(8L << 20, 1L << 40)]
    public long SizeBytesMax { get; init; } = 256L << 20;

    /// <summary>Age at which files go, give or take a sixteenth. 1 minute to 10 years; default 7 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan AgeMax { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Batches that may wait for the writer. Further ones are dropped and counted, so that a slow disk never holds up a session. 100 to 1,000,000; default 4,096.</summary>
    [Range(100, 1_000_000)]
    public int QueueMax { get; init; } = 4_096;
}
