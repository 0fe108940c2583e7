using EdgeSmtp.Filters.HeloCheck;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.HeloCheck;

/// <summary>The list of bad names in a file. How files are reloaded is the toolkit's and tested there.</summary>
public sealed class HeloCheckFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"edgesmtp-{Guid.NewGuid():N}");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task BadHeloPath_IsReadAfterTheInlineList()
    {
        await File.WriteAllTextAsync(_path, "# by hand\n!good.dyn.example\nbad.example\n");
        using FilterHarness harness = Create(new() { BadHelo = ["*.dyn.example"], BadHeloPath = _path });
        Assert.Equal("helo-bad", (await harness.HelloAsync("a.dyn.example")).Reason?.Token);
        Assert.Null((await harness.HelloAsync("good.dyn.example")).Reason);
        Assert.Equal("helo-bad", (await harness.HelloAsync("bad.example")).Reason?.Token);
    }

    [Fact]
    public async Task BadHeloPath_WithMistake_IsAnErrorAtStart()
    {
        await File.WriteAllTextAsync(_path, "ok.example\n[broken\n");
        Assert.Contains("'[broken'", Assert.Throws<InvalidDataException>(() => Create(new() { BadHeloPath = _path })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BadHeloPath_Missing_IsAnErrorAtStart() => Assert.Throws<FileNotFoundException>(() => Create(new() { BadHeloPath = _path }));

    private static FilterHarness Create(HeloCheckFilterOptions options) => FilterHarness.Of(static filters => filters.AddHeloCheck(), options);
}
