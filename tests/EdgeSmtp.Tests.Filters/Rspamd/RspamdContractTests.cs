using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Rspamd;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.Rspamd;

public sealed class RspamdContractTests : FilterContractTests<RspamdFilter>, IDisposable
{
    private readonly FakeRspamd _rspamd = new();

    // Every message that is scanned is a conversation with another process.
    protected override ContractStages AllocationFree => ContractStages.All & ~ContractStages.Message;

    public void Dispose() => _rspamd.Dispose();

    protected override void Register(FilterRegistry registry) => registry.AddRspamd();

    protected override object CreateOptions() => new RspamdFilterOptions
    {
        Servers = [_rspamd.Address],
        SettingsId = "usual",
        Recipients = new Dictionary<string, RspamdProfileOptions> { ["example.com"] = new() { SettingsId = "strict" } },
    };
}
