using System.Buffers;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Tests.Filters;

/// <summary>A filter of messages under the real driver, in front of a server that says what the test wants.</summary>
public abstract class MessageFilterTest : IDisposable
{
    protected const string Content = "Subject: one\r\n\r\nText.\r\n";

    private FilterPipeline? _pipeline;

    protected MessageFilterTest() => Transaction = new TestTransaction(Session);

    protected PipelineHarness Harness { get; } = new();

    protected TestSession Session { get; private set; } = new();

    protected TestTransaction Transaction { get; private set; }

    public void Dispose()
    {
        _pipeline?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Harness.Dispose();
        CloseServer();
        Session.Dispose();
        (Transaction.Staged as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract void CloseServer();

    /// <summary>Begins a session's run of the filters, which are added to the harness before the first.</summary>
    protected FilterRun Begin(Action add)
    {
        if (_pipeline is null)
        {
            add();
            _pipeline = Harness.Build();
        }

        return _pipeline.Begin(Session, RejectAt.Recipient);
    }

    protected void NextTransaction() => Transaction = new TestTransaction(Session);

    /// <summary>The next mail is another client's.</summary>
    protected void NextSession(string sender = "sender@example.org")
    {
        Session = new TestSession();
        Transaction = new TestTransaction(Session, sender);
    }

    protected async Task<RecipientVerdicts> MessageAsync(FilterRun run, string content = Content, int blockBytes = 0, int traceLength = 0)
    {
        if (Transaction.Recipients.Count == 0)
        {
            Transaction.AddRecipient("a@example.com");
        }

        Transaction.Staged = new TestMessageContent(Encoding.Latin1.GetBytes(content), traceLength, blockBytes);
        RecipientVerdicts verdicts = new();
        await run.MessageAsync(Transaction, null, verdicts);
        return verdicts;
    }

    protected async Task<string[]> ComposeAsync(FilterRun run, RecipientVerdicts verdicts) =>
        [.. (await run.ComposeAsync(Transaction, verdicts)).Select(static group => Encoding.Latin1.GetString(group.Content.ToArray()))];

    protected bool IsSet(FactKey<bool> key) => SessionFacts.TryRead(Transaction, key, out bool isSet) && isSet;
}
