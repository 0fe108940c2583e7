using System.Buffers;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Tests.Unit.Pipeline;

/// <summary>What most tests of the driver begin with: a harness, a session, and its transaction.</summary>
public abstract class DriverTest : IDisposable
{
    protected const string Content = "Received: by edge\r\nSubject: one\r\nX-A: 1\r\nX-A: 2\r\n\r\nText.\r\n";

    protected DriverTest() => Transaction = new TestTransaction(Session);

    protected PipelineHarness Harness { get; } = new();

    protected TestSession Session { get; } = new();

    protected TestTransaction Transaction { get; private set; }

    protected FilterRun Begin(RejectAt rejectAt = RejectAt.Recipient) => Harness.Build().Begin(Session, rejectAt);

    protected FilterRun Begin(IFilter filter, DriverOptions? driver = null, FilterTraits? traits = null, RejectAt rejectAt = RejectAt.Recipient)
    {
        Harness.Add("probe", filter, driver, traits);
        return Begin(rejectAt);
    }

    protected void NextTransaction() => Transaction = new TestTransaction(Session);

    protected ValueTask<Verdict> Rcpt(FilterRun run, string recipient = "rcpt@example.com") => run.RcptAsync(Transaction, Transaction.Ask(recipient));

    protected async Task<RecipientVerdicts> Message(FilterRun run, BodyRun? body = null, string content = Content)
    {
        if (Transaction.Recipients.Count == 0)
        {
            Transaction.AddRecipient("rcpt@example.com");
        }

        Transaction.Staged ??= new TestMessageContent(Encoding.UTF8.GetBytes(content), blockBytes: 7);
        RecipientVerdicts verdicts = new();
        await run.MessageAsync(Transaction, body, verdicts);
        return verdicts;
    }

    protected static string Text(DeliveryGroup group) => Encoding.UTF8.GetString(group.Content.ToArray());

    public void Dispose()
    {
        Harness.Dispose();
        Session.Dispose();
        (Transaction.Staged as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }
}
