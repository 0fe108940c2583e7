using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.AuthenticationResults;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.AuthenticationResults;

public sealed class AuthenticationResultsContractTests : FilterContractTests<AuthenticationResultsFilter>
{
    protected override void Register(FilterRegistry registry) => registry.AddAuthenticationResults();
}
