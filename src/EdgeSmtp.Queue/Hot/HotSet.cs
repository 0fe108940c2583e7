using System.Diagnostics.CodeAnalysis;

namespace EdgeSmtp.Queue.Hot;

/// <summary>Messages that need no reading when they are delivered soon. Oldest dropped first. Guarded by the store's lock.</summary>
/// <param name="bytesMax">Bytes of content kept.</param>
internal sealed class HotSet(long bytesMax)
{
    private readonly Dictionary<ulong, HotMessage> _messages = [];
    private HotMessage? _oldest;
    private HotMessage? _newest;

    /// <summary>Bytes of content that the set itself keeps.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether so much could be kept at all.</summary>
    /// <param name="bytes">Bytes.</param>
    public bool CanHold(long bytes) => bytes <= bytesMax;

    /// <summary>Keeps a message; the set is one more user of its memory.</summary>
    /// <param name="message">The message.</param>
    public void Add(HotMessage message)
    {
        message.Shared.Use();
        _messages.Add(message.Id, message);
        message.Older = _newest;
        if (_newest is { } newest)
        {
            newest.Newer = message;
        }
        else
        {
            _oldest = message;
        }

        _newest = message;
        if (message.Shared.HotUses++ == 0)
        {
            Bytes += message.Shared.Bytes;
        }
    }

    /// <summary>Finds a message.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="message">The message.</param>
    public bool TryFind(ulong id, [NotNullWhen(true)] out HotMessage? message) => _messages.TryGetValue(id, out message);

    /// <summary>Drops a message, if it is here.</summary>
    /// <param name="id">Its id.</param>
    public void Remove(ulong id)
    {
        if (_messages.Remove(id, out HotMessage? message))
        {
            Unlink(message);
        }
    }

    /// <summary>Drops the oldest messages while there are too many bytes.</summary>
    public void Trim()
    {
        while (Bytes > bytesMax && _oldest is { } oldest)
        {
            Remove(oldest.Id);
        }
    }

    /// <summary>Drops the oldest messages until so many bytes were given up, or all are gone.</summary>
    /// <param name="bytes">Bytes wanted.</param>
    /// <returns>Whether any was dropped.</returns>
    public bool Drop(long bytes)
    {
        long target = Math.Max(Bytes - bytes, 0);
        bool dropped = _oldest is not null;
        do
        {
            if (_oldest is { } oldest)
            {
                Remove(oldest.Id);
            }
        }
        while (Bytes > target);

        return dropped;
    }

    private void Unlink(HotMessage message)
    {
        if (message.Older is { } older)
        {
            older.Newer = message.Newer;
        }
        else
        {
            _oldest = message.Newer;
        }

        if (message.Newer is { } newer)
        {
            newer.Older = message.Older;
        }
        else
        {
            _newest = message.Older;
        }

        if (--message.Shared.HotUses == 0)
        {
            Bytes -= message.Shared.Bytes;
        }

        message.Shared.Release();
    }
}
