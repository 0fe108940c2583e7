using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Queue.Staging;

/// <summary>Limits of the memory in which messages lie until they are committed.</summary>
public sealed class StagingOptions
{
    /// <summary>Bytes for all messages that are being received or kept for immediate delivery. What does not fit: 452 4.3.1. Half of it at most is kept for sizes that were declared and have not come yet; the rest of those is charged as it arrives.</summary>
    /// <value>1 MiB to 1 TiB. Default 0: a quarter of what the heaps may take, which is three quarters of the memory of the control group or host.</value>
    [Range(0L, 1L << 40)]
    public long BytesMax { get; set; }

    /// <summary>Bytes of one message that stay in pooled memory; a longer one moves to a memfd, so that large bodies neither fragment the heap nor need a copy for scanners.</summary>
    /// <value>4 KiB to 64 MiB. Default 256 KiB, as <c>Queue:InlineBytesMax</c>.</value>
    [Range(4096, 64 << 20)]
    public int SpillBytes { get; set; } = 256 << 10;

    /// <summary>Free blocks kept for reuse, in bytes; above it they are left to the garbage collector.</summary>
    /// <value>0 to 1 GiB. Default 64 MiB.</value>
    [Range(0L, 1L << 30)]
    public long PoolBytesMax { get; set; } = 64 << 20;

    /// <summary>tmpfs folder for scanners that want a path. Files have mode 0640 whatever the umask; make the folder setgid to the scanners' group so that they can read them, and let nobody else write there.</summary>
    /// <value>A path; made with mode 0750 when it is not there. Default: a folder of a random name under <c>/dev/shm</c>, for us and our group.</value>
    public string? Folder { get; set; }

    /// <summary>The bound that applies, the default resolved.</summary>
    public long EffectiveBytesMax => BytesMax > 0 ? BytesMax : Math.Max(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4, 16 << 20);
}
