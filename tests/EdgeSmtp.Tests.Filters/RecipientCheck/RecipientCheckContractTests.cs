using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.RecipientCheck;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.RecipientCheck;

public sealed class RecipientCheckContractTests : FilterContractTests<RecipientCheckFilter>
{
    protected override void Register(FilterRegistry registry) => registry.AddRecipientCheck();
}
