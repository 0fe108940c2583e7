using System.Buffers;
using System.Threading.Channels;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Tests.Unit.Server;

/// <summary>A queue of summaries for what the command line asks.</summary>
internal sealed class FakeStore : IMessageStore
{
    private readonly SortedDictionary<MessageId, (MessageSummary Summary, byte[] Content)> _messages = [];

    public List<(MessageId Id, OperatorAction Action)> Applied { get; } = [];

    public StoreHealth Health { get; set; } = StoreHealth.Open;

    public int Count => _messages.Count;

    public ChannelReader<MessageId> Arrivals => throw new NotSupportedException();

    public DateTimeOffset? NextDue => null;

    public void Put(MessageSummary summary, string content) => _messages[summary.Id] = (summary, System.Text.Encoding.UTF8.GetBytes(content));

    public MessageSummary? Find(MessageId id) => _messages.TryGetValue(id, out (MessageSummary Summary, byte[] Content) found) ? found.Summary : null;

    public IEnumerable<MessageSummary> List() => _messages.Values.Select(static message => message.Summary);

    public ValueTask<QueuedMessage?> PeekAsync(MessageId id, CancellationToken cancellationToken) =>
        ValueTask.FromResult<QueuedMessage?>(_messages.TryGetValue(id, out (MessageSummary Summary, byte[] Content) found) ? new FakeMessage(found.Summary, found.Content) : null);

    public ValueTask<bool> ApplyAsync(MessageId id, OperatorAction action)
    {
        Applied.Add((id, action));
        return ValueTask.FromResult(Find(id) is { InAttempt: false });
    }

    public ValueTask<CommitResult> CommitAsync(IReadOnlyList<Submission> messages, StagedMessage? staged) => throw new NotSupportedException();

    public int TakeDue(DateTimeOffset now, Span<MessageId> due) => throw new NotSupportedException();

    public ValueTask<QueuedMessage?> OpenAsync(MessageId id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask SettleAsync(QueuedMessage message, Settlement settlement) => throw new NotSupportedException();

    private sealed class FakeMessage(MessageSummary summary, byte[] content) : QueuedMessage
    {
        public override MessageId Id => summary.Id;

        public override Envelope Envelope { get; } = new()
        {
            ReversePath = MailPath.Null,
            Recipients = [new EnvelopeRecipient(new MailPath("a@example.test"u8.ToArray(), 1, "example.test")), new EnvelopeRecipient(new MailPath("b@example.test"u8.ToArray(), 1, "example.test"))],
            Received = summary.Received,
        };

        public override int Attempts => summary.Attempts;

        public override ReadOnlySequence<byte> Content => new(content);

        public override bool IsDone(int recipient) => recipient == 0;

        protected override void Dispose(bool disposing)
        {
        }
    }
}
