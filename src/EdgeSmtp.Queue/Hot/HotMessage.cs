using System.Buffers;
using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Queue.Hot;

/// <summary>A committed message whose envelope and content are still in memory.</summary>
/// <param name="id">Its id.</param>
/// <param name="envelope">Its envelope.</param>
/// <param name="content">Its content.</param>
/// <param name="shared">The memory that the content lies in.</param>
internal sealed class HotMessage(ulong id, Envelope envelope, ReadOnlySequence<byte> content, SharedContent shared)
{
    /// <summary>Its id.</summary>
    public ulong Id => id;

    /// <summary>Its envelope.</summary>
    public Envelope Envelope => envelope;

    /// <summary>Its content.</summary>
    public ReadOnlySequence<byte> Content => content;

    /// <summary>The memory that the content lies in.</summary>
    public SharedContent Shared => shared;

    /// <summary>The message that came before it.</summary>
    public HotMessage? Older { get; set; }

    /// <summary>The message that came after it.</summary>
    public HotMessage? Newer { get; set; }
}
