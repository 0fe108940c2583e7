using System.Buffers;
using System.Threading.Channels;
using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Tests.Server.Harness;

/// <summary>Keeps what is committed, and can be told to refuse or to take its time.</summary>
internal sealed class MemoryStore : IMessageStore
{
    private readonly List<StoredMessage> _messages = [];

    public StoreHealth Health { get; set; }

    public CommitResult Result { get; set; }

    /// <summary>When set, commits wait for it.</summary>
    public TaskCompletionSource? Gate { get; set; }

    /// <summary>When set, commits throw it.</summary>
    public Exception? Failure { get; set; }

    public int CommitsBegun { get; private set; }

    public IReadOnlyList<StoredMessage> Messages
    {
        get
        {
            lock (_messages)
            {
                return [.. _messages];
            }
        }
    }

    public int Count => Messages.Count;

    public ChannelReader<MessageId> Arrivals => throw new NotSupportedException();

    public DateTimeOffset? NextDue => throw new NotSupportedException();

    public async ValueTask<CommitResult> CommitAsync(IReadOnlyList<Submission> messages, StagedMessage? staged)
    {
        CommitsBegun++;
        try
        {
            if (Gate is not null)
            {
                await Gate.Task;
            }

            if (Failure is not null)
            {
                throw Failure;
            }

            if (Result == CommitResult.Committed)
            {
                lock (_messages)
                {
                    foreach (Submission message in messages)
                    {
                        _messages.Add(new StoredMessage(message.Id, message.Envelope, message.Content.ToArray()));
                    }
                }
            }

            return Result;
        }
        finally
        {
            staged?.Dispose();
        }
    }

    public int TakeDue(DateTimeOffset now, Span<MessageId> due) => throw new NotSupportedException();

    public ValueTask<QueuedMessage?> OpenAsync(MessageId id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask SettleAsync(QueuedMessage message, Settlement settlement) => throw new NotSupportedException();

    public MessageSummary? Find(MessageId id) => throw new NotSupportedException();

    public IEnumerable<MessageSummary> List() => throw new NotSupportedException();

    public ValueTask<QueuedMessage?> PeekAsync(MessageId id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<bool> ApplyAsync(MessageId id, OperatorAction action) => throw new NotSupportedException();
}
