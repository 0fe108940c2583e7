using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.ScoreThreshold;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Tests.Filters.ScoreThreshold;

/// <summary>The filter under the real driver, behind one that gives scores.</summary>
public abstract class ScoreThresholdTest : IDisposable
{
    protected const string Content = "Received: by edge\r\nSubject: one\r\n\r\nText.\r\n";

    private static readonly FilterRegistration Registration = Registrations.Single(static filters => filters.AddScoreThreshold());

    protected ScoreThresholdTest() => Transaction = new TestTransaction(Session);

    protected PipelineHarness Harness { get; } = new();

    protected TestSession Session { get; } = new();

    protected TestTransaction Transaction { get; }

    public void Dispose()
    {
        Harness.Dispose();
        Session.Dispose();
        (Transaction.Staged as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }

    protected void AddScores(Action<FilterContext, Recipient>? rcpt = null, Action<FilterContext, Transaction>? message = null, DriverOptions? driver = null) =>
        Harness.Add("scorer", context => new Scorer(context, rcpt, message), driver);

    protected FilterRun Begin(ScoreThresholdFilterOptions options, DriverOptions? driver = null) =>
        Harness.Add(new FilterInstance("score", Registration, options, driver ?? new DriverOptions())).Build().Begin(Session, RejectAt.Recipient);

    protected ValueTask<Verdict> Rcpt(FilterRun run, string recipient = "a@example.com") => run.RcptAsync(Transaction, Transaction.Ask(recipient));

    protected async Task<RecipientVerdicts> Message(FilterRun run, string content = Content, int blockBytes = 0)
    {
        if (Transaction.Recipients.Count == 0)
        {
            Transaction.AddRecipient("a@example.com");
        }

        Transaction.Staged = new TestMessageContent(Encoding.ASCII.GetBytes(content), blockBytes: blockBytes);
        RecipientVerdicts verdicts = new();
        await run.MessageAsync(Transaction, null, verdicts);
        return verdicts;
    }

    protected async Task<string[]> ComposeAsync(FilterRun run, RecipientVerdicts verdicts)
    {
        List<string> messages = [];
        foreach (DeliveryGroup group in await run.ComposeAsync(Transaction, verdicts))
        {
            messages.Add(Encoding.ASCII.GetString(System.Buffers.BuffersExtensions.ToArray(group.Content)));
        }

        return [.. messages];
    }

    private sealed class Scorer(FilterContext context, Action<FilterContext, Recipient>? rcpt, Action<FilterContext, Transaction>? message) : IRcptFilter, IMessageFilter
    {
        public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
        {
            rcpt?.Invoke(context, recipient);
            return Verdict.Continue;
        }

        public ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
        {
            message?.Invoke(context, transaction);
            return default;
        }
    }
}
