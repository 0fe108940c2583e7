using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Tls;
using EdgeSmtp.Tests.Server.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeSmtp.Tests.Server.Tls;

/// <summary>The named map of certificates and its reload.</summary>
public sealed class CertificateTableTests : IDisposable
{
    private readonly TestCertificates _files = new();
    private readonly MetricRecorder _metrics = new();

    [Fact]
    public void Configure_WithOneBadEntry_ChangesNothing()
    {
        CertificateTable table = Table();
        Assert.Empty(table.Configure(new Dictionary<string, CertificateOptions> { ["a"] = _files.Write("a", "a.example") }));
        IReadOnlyList<string> errors = table.Configure(new Dictionary<string, CertificateOptions>
        {
            ["b"] = _files.Write("b", "b.example"),
            ["gone"] = new() { CertificateFile = _files.PathOf("gone.pem") },
        });
        Assert.StartsWith("gone: ", Assert.Single(errors), StringComparison.Ordinal);
        Assert.True(table.Contains("a"));
        Assert.False(table.Contains("b"));
    }

    [Fact]
    public void Configure_KeyOfAnother_IsAnError()
    {
        CertificateOptions a = _files.Write("a", "a.example");
        CertificateOptions b = _files.Write("b", "b.example");
        Assert.Single(Table().Configure(new Dictionary<string, CertificateOptions> { ["x"] = new() { CertificateFile = a.CertificateFile, KeyFile = b.KeyFile } }));
    }

    [Fact]
    public void Reload_OfAChangedFile_TakesTheNewCertificate()
    {
        CertificateTable table = Table();
        CertificateOptions options = _files.Write("a", "old.example");
        table.Configure(new Dictionary<string, CertificateOptions> { ["a"] = options });
        LoadedCertificate old = table.Choose("a", null)!;
        Assert.True(table.ReloadChanged());
        Assert.Same(old, table.Choose("a", null));

        _files.Write("a", "new.example");
        Touch(options, 10);
        Assert.True(table.ReloadChanged());
        Assert.Equal(["new.example"], table.Choose("a", null)!.Names);
    }

    [Fact]
    public void Reload_OfAnUnreadableFile_KeepsTheOldOneLoudly()
    {
        CertificateTable table = Table();
        CertificateOptions options = _files.Write("a", "a.example");
        table.Configure(new Dictionary<string, CertificateOptions> { ["a"] = options });
        File.WriteAllText(options.CertificateFile, "no certificate");
        Touch(options, 10);
        Assert.False(table.ReloadChanged());
        Assert.Equal(["a.example"], table.Choose("a", null)!.Names);
        Assert.Equal(1, _metrics.Value(CertificateMetrics.LoadFailures, "a"));
        // Complained about once, until it changes again.
        Assert.True(table.ReloadChanged());
        Assert.False(table.Reload());

        _files.Write("a", "again.example");
        Touch(options, 20);
        Assert.True(table.ReloadChanged());
        Assert.Equal(["again.example"], table.Choose("a", null)!.Names);
    }

    [Fact]
    public void Choose_ByName_IsCaseInsensitiveAndPrefersTheListenersOwn()
    {
        CertificateTable table = Table();
        table.Configure(new Dictionary<string, CertificateOptions>
        {
            ["a"] = _files.Write("a", "mx.example", "shared.example"),
            ["b"] = _files.Write("b", "other.example", "shared.example"),
        });
        Assert.Same(table.Choose("b", null), table.Choose("b", "SHARED.example"));
        Assert.Same(table.Choose("a", null), table.Choose("a", "shared.example"));
        Assert.Same(table.Choose("b", null), table.Choose("a", "Other.Example"));
        Assert.Null(table.Choose("none", "unknown.example"));
    }

    [Fact]
    public void NotAfter_IsAMetric()
    {
        Table().Configure(new Dictionary<string, CertificateOptions> { ["a"] = _files.Write("a", "a.example") });
        Assert.Equal(new DateTimeOffset(2050, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(), _metrics.Value(CertificateMetrics.NotAfter, "a"));
    }

    public void Dispose() => _files.Dispose();

    private static void Touch(CertificateOptions options, int seconds) =>
        File.SetLastWriteTimeUtc(options.CertificateFile, new DateTime(2030, 1, 1, 0, 0, seconds, DateTimeKind.Utc));

    private CertificateTable Table() => new(_metrics, NullLogger<CertificateTable>.Instance);
}
