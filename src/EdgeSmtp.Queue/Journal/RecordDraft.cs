using System.Buffers;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Index;

namespace EdgeSmtp.Queue.Journal;

/// <summary>A record on its way to the disk, and what the index needs once it is there.</summary>
internal struct RecordDraft
{
    /// <summary>Its head; checksum of meta and content complete once the operation is enqueued.</summary>
    public RecordHeader Header;

    /// <summary>Where its meta begins in the operation's buffer.</summary>
    public int MetaStart;

    /// <summary>Content of a message.</summary>
    public ReadOnlySequence<byte> Content;

    /// <summary>Body file of an external content, or −1.</summary>
    public int BodySlot;

    /// <summary>State of a message.</summary>
    public MessageState State;

    /// <summary>Envelope of a new message, kept for immediate delivery.</summary>
    public Envelope? Envelope;

    /// <summary>When the message became ours, in milliseconds since 1970.</summary>
    public long ReceivedMilliseconds;

    /// <summary>Where it was written.</summary>
    public RecordPlace Place;
}
