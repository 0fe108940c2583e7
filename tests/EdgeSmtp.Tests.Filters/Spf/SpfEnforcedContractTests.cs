using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Spf;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.Spf;

/// <summary>With everything on that asks, and nothing that the domain could do right or wrong refused.</summary>
public sealed class SpfEnforcedContractTests : FilterContractTests<SpfFilter>
{
    protected override ContractStages AllocationFree => ContractStages.Connect | ContractStages.Rcpt | ContractStages.Message;

    protected override void Register(FilterRegistry registry) => registry.AddSpf();

    protected override object CreateOptions() => new SpfFilterOptions
    {
        Behavior = "5",
        CheckHello = SpfHelloCheck.Always,
        LocalPolicy = "include:forwarders.example.net",
        BestGuess = "v=spf1 a mx ptr exists:%{p}.example.net -ip4:203.0.113.0/24",
        Explanation = "See https://example.net/why?ip=%{c}",
    };
}
