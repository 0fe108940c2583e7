using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Greylist;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.Greylist;

/// <summary>As it comes: off, until a domain is listed.</summary>
public sealed class GreylistContractTests : FilterContractTests<GreylistFilter>
{
    protected override void Register(FilterRegistry registry) => registry.AddGreylist();
}
