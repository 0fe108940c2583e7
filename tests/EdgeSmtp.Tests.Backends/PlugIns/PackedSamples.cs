using Xunit;

namespace EdgeSmtp.Tests.Backends.PlugIns;

/// <summary>The packages, and the samples built against them, as a stranger would have them.</summary>
public sealed class PackedSamples : IAsyncLifetime
{
    private const string Build = """
        set -eu
        bash "$REPO/src/pack.sh" artifacts/package/release
        tar c -C "$REPO" --exclude=bin --exclude=obj docs/samples | tar x
        for sample in HeaderTagger HttpRecipients EarlyWord SpfPolicy; do
          dotnet publish "docs/samples/$sample" --output "plugins/$sample"
        done
        """;

    private readonly StrangersDesk _desk = new();

    /// <summary>Folder of the packages.</summary>
    public string Packages => _desk.Folder.PathOf("artifacts/package/release");

    /// <summary>Folder of the published samples.</summary>
    public string PlugIns => _desk.Folder.PathOf("plugins");

    public async ValueTask InitializeAsync() => await _desk.RunAsync(Build);

    public ValueTask DisposeAsync()
    {
        _desk.Dispose();
        return ValueTask.CompletedTask;
    }
}
