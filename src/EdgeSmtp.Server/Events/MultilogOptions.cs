using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Server.Events;

/// <summary>A folder as <c>multilog</c> of daemontools keeps it (docs/logging.md): lines with TAI64N labels in <c>current</c>, full files as <c>@….s</c>.</summary>
internal sealed record MultilogOptions
{
    /// <summary>The folder; made when it is not there. A relative path lies in the data directory. <c>null</c>, the default, for none.</summary>
    public string? Directory { get; init; }

    /// <summary>Bytes of a file before the next one begins. 4,096 to 1 GiB; default 16,777,215, the most that multilog knows.</summary>
    [Range(4096, 1 << 30)]
    public int SizeBytesMax { get; init; } = 16_777_215;

    /// <summary>Files in the folder, <c>current</c> included; the oldest goes first. 2 to 100,000; default 100.</summary>
    [Range(2, 100_000)]
    public int FilesMax { get; init; } = 100;
}
