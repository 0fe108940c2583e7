using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Core.Capture;

/// <summary>One thing that a client did, or that became of it. What does not belong to its kind is at its default.</summary>
public sealed record CapturedStep
{
    /// <summary>What it tells.</summary>
    public required CapturedStepKind Kind { get; init; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Id of the transaction; <c>null</c> outside of one.</summary>
    public string? Transaction { get; init; }

    /// <summary>Hello: the verb.</summary>
    public HelloKind HelloKind { get; init; }

    /// <summary>Hello: the name.</summary>
    public string? Name { get; init; }

    /// <summary>Hello: the TLS under which it was said.</summary>
    public TlsInfo? Tls { get; init; }

    /// <summary>Violation: which one.</summary>
    public ProtocolViolation Violation { get; init; }

    /// <summary>Mail: the reverse-path. Rcpt, and Refused where it is about one recipient: the forward-path.</summary>
    public MailPath? Path { get; init; }

    /// <summary>Mail: the parameters.</summary>
    public MailCommand Command { get; init; }

    /// <summary>Content: the message without our trace fields; <c>null</c> when it was not kept.</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary>Verdict: the stage.</summary>
    public string? Stage { get; init; }

    /// <summary>Verdict, Refused: the filter; <c>null</c> when it was none.</summary>
    public string? Filter { get; init; }

    /// <summary>Verdict: its kind. Refused: the reply code. Committed: <c>discard</c> when it was dropped.</summary>
    public string? Outcome { get; init; }

    /// <summary>Verdict, Refused: token of the reason.</summary>
    public string? Reason { get; init; }

    /// <summary>Verdict: whether the filter was in shadow.</summary>
    public bool Shadow { get; init; }
}
