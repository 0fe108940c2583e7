using System.Collections.Concurrent;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Hot;
using EdgeSmtp.Queue.Index;
using EdgeSmtp.Queue.Reading;

namespace EdgeSmtp.Queue.Store;

/// <summary>Gives messages into somebody's hands: from memory at once, else by the reader threads.</summary>
internal sealed class MessageLender
{
    private readonly QueueContext _context;
    private readonly QueueState _state;
    private readonly ConcurrentQueue<ReadRequest> _reads = new();
    private readonly ColdReader[] _readers;

    /// <summary>Creates the lender with its readers, not started.</summary>
    /// <param name="context">Its store.</param>
    public MessageLender(QueueContext context)
    {
        _context = context;
        _state = context.State;
        _readers = new ColdReader[context.Options.ReaderThreads];
        for (int i = 0; i < _readers.Length; i++)
        {
            _readers[i] = new ColdReader(context, _reads);
        }
    }

    /// <summary>Its threads.</summary>
    public IReadOnlyList<ColdReader> Readers => _readers;

    /// <summary>Takes a message out of a lane.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask<QueuedMessage?> OpenAsync(MessageLane lane, MessageId id, CancellationToken cancellationToken)
    {
        lock (_state.Gate)
        {
            int number = _state.Index.Find(id.Value);
            if (number < 0 || _state.Index[number].Lane != lane || (_state.Index[number].Flags & (EntryFlags.Held | EntryFlags.Taken)) != 0)
            {
                return new ValueTask<QueuedMessage?>((QueuedMessage?)null);
            }

            _state.Index.SetFlags(number, EntryFlags.Taken);
            if (TryLeaseHot(number, isPeek: false) is { } message)
            {
                return new ValueTask<QueuedMessage?>(message);
            }
        }

        return ReadAsync(id, ReadKind.Attempt, cancellationToken);
    }

    /// <summary>Gives a message to be looked at.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask<QueuedMessage?> PeekAsync(MessageId id, CancellationToken cancellationToken)
    {
        lock (_state.Gate)
        {
            int number = _state.Index.Find(id.Value);
            if (number < 0)
            {
                return new ValueTask<QueuedMessage?>((QueuedMessage?)null);
            }

            if (TryLeaseHot(number, isPeek: true) is { } message)
            {
                return new ValueTask<QueuedMessage?>(message);
            }
        }

        return ReadAsync(id, ReadKind.Peek, cancellationToken);
    }

    /// <summary>Reads an envelope.</summary>
    /// <param name="id">The message.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<Envelope?> ReadEnvelopeAsync(MessageId id, CancellationToken cancellationToken)
    {
        lock (_state.Gate)
        {
            if (_state.Hot.TryFind(id.Value, out HotMessage? hot))
            {
                return hot.Envelope;
            }
        }

        using QueuedMessage? head = await ReadAsync(id, ReadKind.Envelope, cancellationToken);
        return head?.Envelope;
    }

    /// <summary>Answers who still waits. Called when the threads have ended.</summary>
    public void Close()
    {
        while (_reads.TryDequeue(out ReadRequest? request))
        {
            request.TrySetResult(null);
        }
    }

    private LeasedMessage? TryLeaseHot(int number, bool isPeek)
    {
        ulong id = _state.Index[number].Id;
        if (!_state.Hot.TryFind(id, out HotMessage? hot))
        {
            return null;
        }

        hot.Shared.Use();
        return new LeasedMessage(_context, new MessageId(id), hot.Envelope, _state.Index.StateOf(number), hot.Content, isPeek) { Hot = hot.Shared };
    }

    private ValueTask<QueuedMessage?> ReadAsync(MessageId id, ReadKind kind, CancellationToken cancellationToken)
    {
        ReadRequest request = new(id, kind, cancellationToken);
        _reads.Enqueue(request);
        // All of them: one may be busy with a large body while another sleeps.
        foreach (ColdReader reader in _readers)
        {
            reader.Wake();
        }

        return new ValueTask<QueuedMessage?>(request.Task);
    }
}
