using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Server.Events;

/// <summary>The event log: one JSON line for each session end, refused recipient, commit and delivery attempt.</summary>
internal sealed record EventLogOptions
{
    /// <summary>Whether lines go to standard output, where systemd and containers collect them. Default yes.</summary>
    public bool Console { get; init; } = true;

    /// <summary>A file that lines go to as well. A relative path lies in the data directory. Default none.</summary>
    public string? File { get; init; }

    /// <summary>Bytes after which the file is renamed to <c>FILE.1</c> and a new one begun. 1 MiB to 100 GiB; default 100 MiB.</summary>
    [Range(1L << 20, 100L << 30)]
    public long FileSizeBytesMax { get; init; } = 100L << 20;

    /// <summary>Renamed files that are kept. 0 to 1,000; default 10.</summary>
    [Range(0, 1000)]
    public int FilesMax { get; init; } = 10;

    /// <summary>A folder that lines go to as well, in the form of daemontools.</summary>
    public MultilogOptions Multilog { get; init; } = new();

    /// <summary>Lines that may wait for the writer. Further ones are dropped and counted, so that a slow disk never holds up a session. 100 to 1,000,000; default 16,384.</summary>
    [Range(100, 1_000_000)]
    public int QueueMax { get; init; } = 16_384;
}
