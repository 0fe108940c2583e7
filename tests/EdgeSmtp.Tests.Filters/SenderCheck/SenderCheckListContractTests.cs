using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.SenderCheck;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.SenderCheck;

/// <summary>The contract again with a list of every kind that asks no DNS about this sender: nothing is allocated anywhere.</summary>
public sealed class SenderCheckListContractTests : FilterContractTests<SenderCheckFilter>
{
    protected override void Register(FilterRegistry registry) => registry.AddSenderCheck();

    protected override object CreateOptions() => new SenderCheckFilterOptions
    {
        CheckDomain = false,
        BadMailFrom = ["?good@example.net", "@example.com+", "@named.example-", "@big.example=", "@bad.example", "bad@example.org", "*%*", "*@*.dyn.example"],
    };
}
