using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.HeloCheck;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.HeloCheck;

public sealed class HeloCheckContractTests : FilterContractTests<HeloCheckFilter>
{
    protected override void Register(FilterRegistry registry) => registry.AddHeloCheck();
}
