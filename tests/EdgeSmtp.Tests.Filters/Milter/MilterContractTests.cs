using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Milter;
using EdgeSmtp.Testing.Xunit;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Milter;

public sealed class MilterContractTests : FilterContractTests<MilterFilter>, IAsyncLifetime
{
    private readonly ScriptedMilter _milter = new();

    // Each of its stages is a dialogue with another process.
    protected override ContractStages AllocationFree => ContractStages.Connect | ContractStages.Hello | ContractStages.RcptAttempt;

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _milter.DisposeAsync();

    protected override void Register(FilterRegistry registry) => registry.AddMilter();

    protected override object CreateOptions() => new MilterFilterOptions { Address = _milter.Address };
}
