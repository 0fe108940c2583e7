namespace EdgeSmtp.Core.Storage;

/// <summary>What an attempt changed. Recorded as one batch, so that a recipient is never finished without its report, nor reported twice after a crash between the two.</summary>
public sealed record Settlement
{
    /// <summary>Recipients that are now finished, by position.</summary>
    public IReadOnlyList<int> Done { get; init; } = [];

    /// <summary>Reports to send (bounces, delay and relay notices), committed in the same batch.</summary>
    public IReadOnlyList<Submission> Reports { get; init; } = [];

    /// <summary>When to try the rest; <c>null</c> while the attempt goes on with other recipients. Ignored once every recipient is done: the message is then gone.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>Whether anybody was tried: otherwise the message only comes back later, and its attempts are as many as before.</summary>
    /// <value>Default yes.</value>
    public bool CountsAsAttempt { get; init; } = true;

    /// <summary>Whether the rest is held for an operator instead of being tried again.</summary>
    public bool Hold { get; init; }

    /// <summary>The lane in which the rest goes on, its attempts counted anew; <c>null</c> for the same.</summary>
    public MessageLane? Lane { get; init; }

    /// <summary>Last status for people, such as the reply of the next hop; at most 200 characters are kept.</summary>
    public string? LastStatus { get; init; }

    /// <summary>Whether the finished recipients must be durable before the call returns. Default no: they ride on the next commit, at most 100 ms later; a crash before means a duplicate.</summary>
    public bool Durable { get; init; }
}
