using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Rbl;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.Rbl;

/// <summary>The contract again with every kind of list and the stricter policy.</summary>
public sealed class RblDomainContractTests : FilterContractTests<RblFilter>
{
    protected override ContractStages AllocationFree => ContractStages.Rcpt;

    protected override void Register(FilterRegistry registry) => registry.AddRbl();

    protected override object CreateOptions() => new RblFilterOptions
    {
        OnLookupFailure = OnLookupFailure.Defer,
        Zones =
        [
            new() { Zone = "wl.example", Kind = RblKind.Allow },
            new() { Zone = "bl.example", IncludeTxt = true },
            new() { Zone = "dbl.example", Subject = RblSubject.Hello },
            new() { Zone = "dbl.example", Subject = RblSubject.Sender },
            new() { Zone = "dbl.example", Subject = RblSubject.ClientName },
        ],
    };

    protected override void ArrangePass(FilterHarness harness)
    {
        harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse("2a00:1450:4001::7"), 40000);
        harness.Session.ReverseDns = "mail.client.example";
    }
}
