using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.SpamAssassin;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;

namespace EdgeSmtp.Tests.Filters.SpamAssassin;

/// <summary>The filter in front of a spamd that says what the test wants.</summary>
public abstract class SpamAssassinTest : MessageFilterTest
{
    private static readonly FilterRegistration Registration = Registrations.Single(static filters => filters.AddSpamAssassin());

    internal FakeSpamd Spamd { get; } = new();

    protected override void CloseServer() => Spamd.Dispose();

    protected SpamAssassinFilterOptions Options(Func<SpamAssassinFilterOptions, SpamAssassinFilterOptions>? change = null)
    {
        SpamAssassinFilterOptions options = new() { Servers = [Spamd.Address] };
        return change?.Invoke(options) ?? options;
    }

    /// <param name="options">Its options.</param>
    /// <param name="driver">Keys of the driver; <c>null</c> for the defaults.</param>
    /// <param name="reader">Gets the points that a threshold filter behind it finds.</param>
    /// <param name="behind">Adds filters that run behind it.</param>
    protected FilterRun Begin(SpamAssassinFilterOptions options, DriverOptions? driver = null, Action<double>? reader = null, Action<PipelineHarness>? behind = null) => Begin(() =>
    {
        Harness.Add(new FilterInstance("spam", Registration, options, driver ?? new DriverOptions()));
        if (reader is not null)
        {
            Harness.Add("reader", context => new ScoreReader(context, reader));
        }

        behind?.Invoke(Harness);
    });

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
