using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Tests.Crash;

/// <summary>What was asked and what was acknowledged for one message: all that a crash test may demand.</summary>
internal sealed class ModelMessage(MessageId id, Envelope envelope, byte[] content, int group)
{
    public MessageId Id => id;

    public Envelope Envelope => Version.Envelope;

    public byte[] Content => Version.Content;

    /// <summary>What it is for certain, unless <see cref="Next"/> is there.</summary>
    public ModelVersion Version { get; set; } = new(envelope, content);

    /// <summary>What was asked to take its place and not yet acknowledged.</summary>
    public ModelVersion? Next { get; set; }

    /// <summary>The message that was replaced when this one came, and the version that took its place: both are there or neither.</summary>
    public (ModelMessage Message, ModelVersion Version)? CameWith { get; set; }

    /// <summary>Lanes that are possible now for <see cref="Version"/>.</summary>
    public HashSet<MessageLane> Lanes { get; } = [envelope.Lane];

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
