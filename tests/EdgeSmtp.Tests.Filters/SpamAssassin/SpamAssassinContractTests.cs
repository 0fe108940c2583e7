using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.SpamAssassin;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.SpamAssassin;

public sealed class SpamAssassinContractTests : FilterContractTests<SpamAssassinFilter>, IDisposable
{
    private readonly FakeSpamd _spamd = new();

    // Every message that is scanned is a conversation with another process.
    protected override ContractStages AllocationFree => ContractStages.All & ~ContractStages.Message;

    public void Dispose() => _spamd.Dispose();

    protected override void Register(FilterRegistry registry) => registry.AddSpamAssassin();

    protected override object CreateOptions() => new SpamAssassinFilterOptions
    {
        Servers = [_spamd.Address],
        User = "{address}",
        Tag = 4,
        Quarantine = 5,
        Reject = 10,
        SubjectTag = "[SPAM]",
        Recipients = new Dictionary<string, SpamProfileOptions> { ["example.com"] = new() { Reject = 12 } },
    };
}
