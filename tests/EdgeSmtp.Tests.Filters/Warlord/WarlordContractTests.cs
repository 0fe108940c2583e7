using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Warlord;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.Warlord;

public sealed class WarlordContractTests : FilterContractTests<WarlordFilter>
{
    protected override void Register(FilterRegistry registry) => registry.AddWarlord();
}
