using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.GreetDelay;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.GreetDelay;

public sealed class GreetDelayContractTests : FilterContractTests<GreetDelayFilter>
{
    protected override void Register(FilterRegistry registry) => registry.AddGreetDelay();
}
