using System.Diagnostics;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Core.Storage;

/// <summary>The envelope of a queued message. Immutable: what changes while it is queued is in <see cref="QueuedMessage"/>.</summary>
public sealed record Envelope
{
    /// <summary>The reverse-path.</summary>
    public required MailPath ReversePath { get; init; }

    /// <summary>Recipients; their position is their number for ever.</summary>
    public required IReadOnlyList<EnvelopeRecipient> Recipients { get; init; }

    /// <summary>When the message became ours.</summary>
    public required DateTimeOffset Received { get; init; }

    /// <summary>When it came into its lane; retry schedule, lifetime and retention count from here. Default <see cref="Received"/>; later when it was quarantined or released since.</summary>
    public DateTimeOffset Since
    {
        get => field == default ? Received : field;
        init;
    }

    /// <summary>The lane in which it begins. What moves it later is in the state of the queue.</summary>
    public MessageLane Lane { get; init; }

    /// <summary>Where it came from; <c>null</c> for a message that began in delivery.</summary>
    public MessageOrigin? Origin { get; init; }

    /// <summary>Filters that owe a verdict, by name; for <see cref="MessageLane.Pending"/>.</summary>
    public IReadOnlyList<string> Owed { get; init; } = [];

    /// <summary>RET (RFC 3461 §4.3).</summary>
    public DsnReturn Return { get; init; }

    /// <summary>ENVID as received (RFC 3461 §4.4), or <c>null</c>.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>Properties.</summary>
    public EnvelopeFlags Flags { get; init; }

    /// <summary>Id of the session it came in by; ties delivery to connect in the log. Empty for our own reports.</summary>
    public string SessionId { get; init; } = string.Empty;

    /// <summary>Name of the logical queue. Default <c>main</c>.</summary>
    public string Queue { get; init; } = "main";

    /// <summary>The trace to which its delivery belongs, also after a restart. The default: none.</summary>
    public ActivityContext Trace { get; init; }
}
