using System.Buffers;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.SpamAssassin;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Tests.Filters.SpamAssassin;

/// <summary>The filter under the real driver, in front of a spamd that says what the test wants.</summary>
public abstract class SpamAssassinTest : IDisposable
{
    protected const string Content = "Subject: one\r\n\r\nText.\r\n";

    private static readonly FilterRegistration Registration = Registrations.Single(static filters => filters.AddSpamAssassin());

    private FilterPipeline? _pipeline;

    protected SpamAssassinTest() => Transaction = new TestTransaction(Session);

    protected PipelineHarness Harness { get; } = new();

    internal FakeSpamd Spamd { get; } = new();

    protected TestSession Session { get; private set; } = new();

    protected TestTransaction Transaction { get; private set; }

    public void Dispose()
    {
        _pipeline?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Harness.Dispose();
        Spamd.Dispose();
        Session.Dispose();
        (Transaction.Staged as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }

    protected SpamAssassinFilterOptions Options(Func<SpamAssassinFilterOptions, SpamAssassinFilterOptions>? change = null)
    {
        SpamAssassinFilterOptions options = new() { Servers = [Spamd.Address] };
        return change?.Invoke(options) ?? options;
    }

    /// <param name="options">Its options.</param>
    /// <param name="driver">Keys of the driver; <c>null</c> for the defaults.</param>
    /// <param name="reader">Gets the points that a threshold filter behind it finds.</param>
    /// <param name="behind">Adds filters that run behind it.</param>
    protected FilterRun Begin(SpamAssassinFilterOptions options, DriverOptions? driver = null, Action<double>? reader = null, Action<PipelineHarness>? behind = null)
    {
        if (_pipeline is null)
        {
            Harness.Add(new FilterInstance("spam", Registration, options, driver ?? new DriverOptions()));
            if (reader is not null)
            {
                Harness.Add("reader", context => new ScoreReader(context, reader));
            }

            behind?.Invoke(Harness);
            _pipeline = Harness.Build();
        }

        return _pipeline.Begin(Session, RejectAt.Recipient);
    }

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

    protected async Task<string[]> ComposeAsync(FilterRun run, RecipientVerdicts verdicts)
    {
        List<string> messages = [];
        foreach (DeliveryGroup group in await run.ComposeAsync(Transaction, verdicts))
        {
            messages.Add(Encoding.Latin1.GetString(group.Content.ToArray()));
        }

        return [.. messages];
    }

    protected bool IsSet(FactKey<bool> key) => SessionFacts.TryRead(Transaction, key, out bool isSet) && isSet;

    /// <summary>How often a part of the filter counted something.</summary>
    protected double Counted(string part, string what) => Harness.Metrics.Value(FilterMetrics.PartEvents, "spam", part, what);

    private sealed class ScoreReader(FilterContext context, Action<double> reader) : IMessageFilter
    {
        public ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
        {
            reader(context.TotalScore(transaction.Recipients[0]));
            return default;
        }
    }
}
