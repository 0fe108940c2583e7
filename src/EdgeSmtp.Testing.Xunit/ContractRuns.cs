using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Testing.Xunit;

/// <summary>Ways to lead a filter through sessions.</summary>
internal static class ContractRuns
{
    /// <summary>The stages of one session, each to be started with a token of its own.</summary>
    public static IEnumerable<Func<CancellationToken, Task>> Stages(FilterHarness harness, string message)
    {
        byte[] content = Encoding.ASCII.GetBytes(message);
        return
        [
            token => harness.ConnectAsync(token).AsTask(),
            token => harness.HelloAsync(null, token).AsTask(),
            token => harness.MailAsync(cancellationToken: token).AsTask(),
            token => harness.RcptAsync(cancellationToken: token).AsTask(),
            token => harness.BodyAsync(content, token).AsTask(),
            token => harness.MessageAsync(content, token).AsTask(),
        ];
    }

    /// <summary>Runs two sessions through one filter, stage by stage in turn.</summary>
    /// <returns>The most severe verdict of each.</returns>
    public static async Task<List<Verdict>> InterleaveAsync(FilterHarness harness, Action<FilterHarness> arrange, string message)
    {
        byte[] content = Encoding.ASCII.GetBytes(message);
        TestSession[] sessions = [NextSession(harness, arrange), NextSession(harness, arrange)];
        TestTransaction[] transactions = [.. sessions.Select(static session => new TestTransaction(session))];
        Verdict[] verdicts = new Verdict[2];
        for (int stage = 0; stage < 5; stage++)
        {
            for (int i = 0; i < 2; i++)
            {
                verdicts[i] = Verdict.MostSevere(verdicts[i], await StageAsync(harness.Filter, stage, transactions[i], content));
            }
        }

        return [.. verdicts];
    }

    /// <summary>Runs a session up to RCPT under the driver.</summary>
    public static async Task<Verdict> RunAsync(FilterPipeline pipeline, TestSession session)
    {
        await using FilterRun run = pipeline.Begin(session, RejectAt.Stage);
        TestTransaction transaction = new(session);
        Verdict verdict = await run.ConnectAsync();
        verdict = Verdict.MostSevere(verdict, await run.HelloAsync());
        verdict = Verdict.MostSevere(verdict, await run.MailAsync(transaction));
        TestRecipient recipient = transaction.Ask("rcpt@example.com");
        verdict = Verdict.MostSevere(verdict, await run.RcptAttemptAsync(transaction, recipient.ForwardPath));
        return Verdict.MostSevere(verdict, await run.RcptAsync(transaction, recipient));
    }

    private static TestSession NextSession(FilterHarness harness, Action<FilterHarness> arrange)
    {
        harness.NextSession();
        arrange(harness);
        return harness.Session;
    }

    private static async ValueTask<Verdict> StageAsync(IFilter filter, int stage, TestTransaction transaction, byte[] content)
    {
        switch (stage)
        {
            case 0 when filter is IConnectFilter connect:
                return await connect.OnConnectAsync(transaction.Session, CancellationToken.None);
            case 1 when filter is IHelloFilter hello && transaction.Session.Protocol == SessionProtocol.Smtp:
                return await hello.OnHelloAsync(transaction.Session, CancellationToken.None);
            case 2 when filter is IMailFilter mail:
                return await mail.OnMailAsync(transaction, CancellationToken.None);
            case 3:
                TestRecipient recipient = transaction.Ask("rcpt@example.com");
                Verdict attempt = filter is IRcptAttemptFilter before ? await before.OnRcptAttemptAsync(transaction, recipient.ForwardPath, CancellationToken.None) : Verdict.Continue;
                Verdict verdict = filter is IRcptFilter rcpt ? await rcpt.OnRcptAsync(transaction, recipient, CancellationToken.None) : Verdict.Continue;
                transaction.Accept(recipient);
                return Verdict.MostSevere(attempt, verdict);
            case 4 when filter is IMessageFilter message:
                using (TestMessageContent staged = new(content))
                {
                    transaction.Staged = staged;
                    RecipientVerdicts verdicts = new();
                    verdicts.Reset(1);
                    await message.OnMessageAsync(transaction, verdicts, CancellationToken.None);
                    return verdicts[0];
                }

            default:
                return Verdict.Continue;
        }
    }
}
