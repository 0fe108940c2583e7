using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline.Composition;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>What the filters of one stage are asked about. Passed by value, so that a stage that does not wait allocates nothing.</summary>
internal readonly struct StageCall
{
    public required Stage Stage { get; init; }

    public required Session Session { get; init; }

    public Transaction? Transaction { get; init; }

    public Recipient? Recipient { get; init; }

    /// <summary>The recipient that the client names, before there is one.</summary>
    public MailPath? ForwardPath { get; init; }

    public ProtocolViolation Violation { get; init; }

    /// <summary>Body stage: the sinks to be completed.</summary>
    public BodyRun? Body { get; init; }

    /// <summary>Seal stage: the message of one delivery group.</summary>
    public GroupSeal? Seal { get; init; }

    /// <summary>Stages that speak about each recipient: what all filters together said so far.</summary>
    public RecipientVerdicts? Merged { get; init; }

    /// <summary>Whether a terminal verdict is held already, so that only observers run.</summary>
    public bool OnlyAlways { get; init; }

    /// <summary>The narrowest subject of the call.</summary>
    public FilterSubject Subject => (FilterSubject?)Recipient ?? (FilterSubject?)Transaction ?? Session;

    /// <summary>What gives the call up. A session that has ended has nobody to give it up for.</summary>
    public CancellationToken Aborted => Stage == Stage.End ? CancellationToken.None : Session.Aborted;
}
