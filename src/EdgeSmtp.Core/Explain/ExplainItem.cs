using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Core.Explain;

/// <summary>One thing that happened in a session. Holds references only: all text is made by the writer's thread.</summary>
public record struct ExplainItem
{
    /// <summary>What it tells.</summary>
    public required ExplainItemKind Kind { get; init; }

    /// <summary>Since the session began; set when it is kept.</summary>
    public TimeSpan At { get; internal set; }

    /// <summary>The filter; <c>null</c> when none is concerned.</summary>
    public string? Filter { get; init; }

    /// <summary>Stage of the call.</summary>
    public string? Stage { get; init; }

    /// <summary>Id of the transaction; <c>null</c> outside of one.</summary>
    public string? Transaction { get; init; }

    /// <summary>The recipient, if it is about one.</summary>
    public MailPath? To { get; init; }

    /// <summary>The sender, where a transaction begins.</summary>
    public MailPath? From { get; init; }

    /// <summary>Kind of the verdict.</summary>
    public string? Verdict { get; init; }

    /// <summary>Token of the reason; name of the fact or score; id of the message.</summary>
    public string? Name { get; init; }

    /// <summary>Detail of the verdict.</summary>
    public string? Detail { get; init; }

    /// <summary>How a call ended that did not return; <c>null</c> for one that did.</summary>
    public string? Outcome { get; init; }

    /// <summary>Value of a fact, or what a call threw.</summary>
    public object? Value { get; init; }

    /// <summary>Points of a score.</summary>
    public double Points { get; init; }

    /// <summary>How long a call took.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>Reply code; 0 for none.</summary>
    public ushort Reply { get; init; }

    /// <summary>Whether the filter is in shadow.</summary>
    public bool Shadow { get; init; }
}
