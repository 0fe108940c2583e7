using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Scanning;

/// <summary>One spamd for tests that leave it alive: it takes its time to start.</summary>
public sealed class SharedSpamd : IAsyncLifetime
{
    private Spamd? _spamd;

    internal Spamd Spamd => _spamd!;

    public async ValueTask InitializeAsync() => _spamd = await Spamd.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_spamd is not null)
            await _spamd.DisposeAsync();
    }
}
