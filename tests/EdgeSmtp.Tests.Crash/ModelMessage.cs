using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Tests.Crash;

/// <summary>What was asked and what was acknowledged for one message: all that a crash test may demand.</summary>
internal sealed class ModelMessage(MessageId id, Envelope envelope, byte[] content, int group)
{
    public MessageId Id => id;

    public Envelope Envelope => envelope;

    public byte[] Content => content;

    /// <summary>Messages of one group are there together or not at all.</summary>
    public int Group => group;

    /// <summary>Whether its commit returned <see cref="CommitResult.Committed"/>.</summary>
    public bool IsAcknowledged { get; set; }

    /// <summary>Recipients that were reported as finished, and those of them that must be durable.</summary>
    public HashSet<int> DoneAsked { get; } = [];

    public HashSet<int> DoneDurable { get; } = [];

    public bool GoneAsked { get; set; }

    public bool GoneDurable { get; set; }

    /// <summary>Held states that are possible now.</summary>
    public HashSet<bool> Held { get; } = [(envelope.Flags & EnvelopeFlags.Held) != 0];

    /// <summary>The message whose recipient this one reports, and that recipient.</summary>
    public (ModelMessage Message, int Recipient)? ReportOf { get; set; }
}
