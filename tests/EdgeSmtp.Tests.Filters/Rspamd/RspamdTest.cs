using System.Buffers;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Rspamd;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Tests.Filters.Rspamd;

/// <summary>The filter under the real driver, in front of an rspamd that says what the test wants.</summary>
public abstract class RspamdTest : IDisposable
{
    protected const string Content = "Subject: one\r\n\r\nText.\r\n";

    private static readonly FilterRegistration Registration = Registrations.Single(static filters => filters.AddRspamd());

    private FilterPipeline? _pipeline;

    protected RspamdTest() => Transaction = new TestTransaction(Session);

    protected PipelineHarness Harness { get; } = new();

    internal FakeRspamd Server { get; } = new();

    protected TestSession Session { get; } = new();

    protected TestTransaction Transaction { get; private set; }

    public void Dispose()
    {
        _pipeline?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Harness.Dispose();
        Server.Dispose();
        Session.Dispose();
        (Transaction.Staged as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static string Answer(string action, double score = 1, string more = "") =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{{\"score\":{score},\"required_score\":15,\"action\":\"{action}\"{more}}}");

    protected RspamdFilterOptions Options(Func<RspamdFilterOptions, RspamdFilterOptions>? change = null)
    {
        RspamdFilterOptions options = new() { Servers = [Server.Address] };
        return change?.Invoke(options) ?? options;
    }

    protected FilterRun Begin(RspamdFilterOptions options, DriverOptions? driver = null)
    {
        _pipeline ??= Harness.Add(new FilterInstance("rspamd", Registration, options, driver ?? new DriverOptions())).Build();
        return _pipeline.Begin(Session, RejectAt.Recipient);
    }

    protected void NextTransaction() => Transaction = new TestTransaction(Session);

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
