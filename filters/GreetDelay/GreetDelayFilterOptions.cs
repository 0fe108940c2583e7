using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Filters.GreetDelay;

/// <summary>Options of <see cref="GreetDelayFilter"/>.</summary>
public sealed record GreetDelayFilterOptions
{
    /// <summary>How long the greeting is held back. 0 (not at all) to 4 minutes, below the 5 that a client waits (RFC 5321 §4.5.3.2.1); default 6 s, as postscreen's greet wait.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:04:00")]
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>Sessions delayed at once, counted until HELO, or to the end of a session that another filter has refused by then; further clients are greeted without delay. 1 to 1,000,000; default 5,000: half of the connections that the server allows.</summary>
    [Range(1, 1_000_000)]
    public int DelayedMax { get; init; } = 5_000;

    /// <summary>Ports of ours whose clients are neither delayed nor expected to be silent before the greeting. Default 587, where users submit (RFC 6409 §3.1).</summary>
    [MaxLength(16)]
    public IReadOnlyList<int> ExceptPorts { get; init; } = [587];

    /// <summary>Whether it acts on listeners with implicit TLS too: there a client talks first by design, and is usually a submitter (RFC 8314 §3.3). Default no.</summary>
    public bool ImplicitTls { get; init; }

    /// <summary>Bytes before the greeting (RFC 5321 §3.1). Default <see cref="ViolationAction.Enforce"/>: 554 in place of the greeting.</summary>
    public ViolationAction EarlyTalk { get; init; } = ViolationAction.Enforce;

    /// <summary>Commands behind HELO or EHLO before its reply (RFC 2920 §3.1). Default <see cref="ViolationAction.Observe"/>.</summary>
    public ViolationAction PipelinedBeforeHello { get; init; } = ViolationAction.Observe;

    /// <summary>A line of another protocol, such as an HTTP request. Default <see cref="ViolationAction.Enforce"/>: 554 and close, so that the rest of a cross-protocol attack is never read.</summary>
    public ViolationAction NonSmtpCommand { get; init; } = ViolationAction.Enforce;

    /// <summary>A line ended by LF alone (RFC 5321 §2.3.8). Default <see cref="ViolationAction.Observe"/>; what the listener does with such content is its own option.</summary>
    public ViolationAction BareLf { get; init; } = ViolationAction.Observe;

    /// <summary>A CR without LF (RFC 5321 §2.3.8). Default <see cref="ViolationAction.Observe"/>.</summary>
    public ViolationAction BareCr { get; init; } = ViolationAction.Observe;

    /// <summary>Points for each violation whose action is <see cref="ViolationAction.Score"/>. -100 to 100; default 3.</summary>
    [Range(-100.0, 100.0)]
    public double Points { get; init; } = 3;

    /// <summary>How long a client that waited, behaved and sent mail is spared the delay. 0 (never) to 60 days; default 1 day. By address, for IPv6 by /64.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "60.00:00:00")]
    public TimeSpan RememberFor { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Clients remembered; the least recently seen leaves first. 1 to 1,000,000; default 100,000 (about 20 MB). A change takes effect at the next start.</summary>
    [Range(1, 1_000_000)]
    public int RememberMax { get; init; } = 100_000;

    /// <summary>File that keeps remembered clients across restarts; relative to the data directory. Its folder must exist and no other filter may use it. Default the name of the instance and <c>.greeted</c>; empty: they are kept in memory alone.</summary>
    public string? RememberPath { get; init; }

    /// <summary>How often that file is written when there is news. 1 s to 1 hour; default 1 minute. A change takes effect at the next start.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RememberSaveInterval { get; init; } = TimeSpan.FromMinutes(1);
}
