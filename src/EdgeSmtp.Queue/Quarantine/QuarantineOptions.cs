using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Queue.Quarantine;

/// <summary>How long and how much the quarantine keeps. What goes beyond is deleted, oldest first. A change needs a restart.</summary>
public sealed class QuarantineOptions
{
    /// <summary>Time after which a message is deleted.</summary>
    /// <value>1 hour to 3,650 days. Default 30 days.</value>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan AgeMax { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Bytes of all contents. They lie in the queue's file system.</summary>
    /// <value>0 to 16 TiB. Default 4 GiB.</value>
    [Range(0L, 16L << 40)]
    public long BytesMax { get; set; } = 4L << 30;

    /// <summary>Messages.</summary>
    /// <value>0 to 10,000,000. Default 100,000.</value>
    [Range(0, 10_000_000)]
    public int MessagesMax { get; set; } = 100_000;
}
