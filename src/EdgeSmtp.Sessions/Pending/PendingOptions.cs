using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Sessions.Pending;

/// <summary>Settings of the pending lane, where committed messages wait for filters that were too busy. A change needs a restart.</summary>
public sealed class PendingOptions
{
    /// <summary>Messages that may wait. At the limit no filter may put one off, and decides at once.</summary>
    /// <value>0 (none may) to 1,000,000. Default 10,000.</value>
    [Range(0, 1_000_000)]
    public int MessagesMax { get; set; } = 10_000;

    /// <summary>Bytes of their contents, on disk.</summary>
    /// <value>0 to 1 TiB. Default 1 GiB.</value>
    [Range(0L, 1L << 40)]
    public long BytesMax { get; set; } = 1 << 30;

    /// <summary>Messages that filters are asked about at the same time. Each lies in staging memory meanwhile.</summary>
    /// <value>1 to 256. Default 8.</value>
    [Range(1, 256)]
    public int ConcurrencyMax { get; set; } = 8;

    /// <summary>Time until filters are asked a second time; it doubles each time.</summary>
    /// <value>1 s to 1 hour. Default 15 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RetryFirst { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest time between two tries.</summary>
    /// <value>1 s to 1 day. Default 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RetryMax { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Age at which a message is tried for the last time. A filter that is not in the configuration any more counts until then as one that cannot be reached.</summary>
    /// <value>1 minute to 5 days. Default 4 hours.</value>
    [Range(typeof(TimeSpan), "00:01:00", "5.00:00:00")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromHours(4);

    /// <summary>What becomes of a message after its last try.</summary>
    /// <value>Default <see cref="GiveUpAction.Quarantine"/>.</value>
    public GiveUpAction OnGiveUp { get; set; }
}
