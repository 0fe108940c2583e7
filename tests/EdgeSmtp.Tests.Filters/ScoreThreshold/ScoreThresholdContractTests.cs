using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.ScoreThreshold;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.ScoreThreshold;

public sealed class ScoreThresholdContractTests : FilterContractTests<ScoreThresholdFilter>
{
    protected override void Register(FilterRegistry registry) => registry.AddScoreThreshold();

    protected override object CreateOptions() => new ScoreThresholdFilterOptions { Tag = 1, Quarantine = 2, Defer = 3, Reject = 4, Caps = new Dictionary<string, double> { ["zen"] = 2 } };
}
