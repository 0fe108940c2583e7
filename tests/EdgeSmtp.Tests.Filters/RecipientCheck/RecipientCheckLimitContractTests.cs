using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.RecipientCheck;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.RecipientCheck;

/// <summary>The contract again with everything switched on.</summary>
public sealed class RecipientCheckLimitContractTests : FilterContractTests<RecipientCheckFilter>
{
    protected override void Register(FilterRegistry registry) => registry.AddRecipientCheck();

    protected override object CreateOptions() => new RecipientCheckFilterOptions
    {
        BadRcptTo = ["bad@example.com", "@bad.example", "*%*"],
        RecipientsMax = 100,
        TarpitCount = 5,
        TarpitDelay = TimeSpan.FromSeconds(5),
        InvalidRecipientsMax = 3,
        RefuseNotorious = true,
    };
}
