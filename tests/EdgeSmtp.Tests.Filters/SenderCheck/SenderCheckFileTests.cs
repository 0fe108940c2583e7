using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.SenderCheck;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Filters.SenderCheck;

/// <summary>Lists and rules in files. How files are reloaded is the toolkit's and tested there.</summary>
public sealed class SenderCheckFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"edgesmtp-{Guid.NewGuid():N}");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task BadMailFromPath_OfEveryKind_IsReadAfterTheInlineList()
    {
        await File.WriteAllTextAsync(_path, "# by hand\n!*@good.dyn.example\n@bad.example\n?spared@bad.example\n@own.example+\n");
        using FilterHarness harness = Create(new() { BadMailFrom = ["*.dyn.example"], BadMailFromPath = _path });
        Assert.Equal("sender-pattern", (await harness.MailAsync("a@bad.dyn.example")).Reason?.Token);
        Assert.Null((await harness.MailAsync("a@good.dyn.example")).Reason);
        Assert.Equal("sender-listed", (await harness.MailAsync("a@bad.example")).Reason?.Token);
        Assert.Null((await harness.MailAsync("spared@bad.example")).Reason);
        Assert.Equal("sender-forged", (await harness.MailAsync("a@own.example")).Reason?.Token);
    }

    [Fact]
    public async Task BadMailFromPath_Changed_IsInUseAfterTheInterval()
    {
        await File.WriteAllTextAsync(_path, "@bad.example\n");
        FakeTimeProvider time = new();
        ReloadSignal log = new();
        using HarnessContext context = new("test", FakeDns.Empty, time, FilterTraits.Default) { Log = log };
        await using SenderCheckFilter filter = new(new() { CheckDomain = false, BadMailFromPath = _path }, context);
        using TestSession session = new();
        await File.WriteAllTextAsync(_path, "@other-bad.example\n");
        time.Advance(TimeSpan.FromSeconds(5));
        await log.Reloaded;
        Assert.Equal("sender-listed", (await filter.OnMailAsync(new TestTransaction(session, "a@other-bad.example"), CancellationToken.None)).Reason?.Token);
        Assert.Null((await filter.OnMailAsync(new TestTransaction(session, "a@bad.example"), CancellationToken.None)).Reason);
    }

    [Theory]
    [InlineData("@ok.example\n[broken\n", "'[broken'")]
    [InlineData("@not a domain\n", "'@not a domain': is no domain")]
    [InlineData("~not a host\n", "'~not a host': is no host name")]
    public async Task BadMailFromPath_WithMistake_IsAnErrorAtStart(string text, string message)
    {
        await File.WriteAllTextAsync(_path, text);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Create(new() { BadMailFromPath = _path })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BadMailFromPath_Missing_IsAnErrorAtStart() => Assert.Throws<FileNotFoundException>(() => Create(new() { BadMailFromPath = _path }));

    [Fact]
    public async Task SenderRulesPath_IsRead()
    {
        await File.WriteAllTextAsync(_path, "# customers\n192.0.2.&@x.example,@y.example\n");
        using FilterHarness harness = Create(new() { LocalSender = "!", SenderRulesPath = _path });
        harness.Session.Relay = true;
        Assert.Null((await harness.MailAsync("a@y.example")).Reason);
        Assert.Equal("sender-not-yours", (await harness.MailAsync("a@z.example")).Reason?.Token);
    }

    [Fact]
    public async Task SenderRulesPath_WithUserKey_SaysThatThereIsNoAuth()
    {
        await File.WriteAllTextAsync(_path, "joe@192.0.2.1&@x.example\n");
        Assert.Contains("no AUTH", Assert.Throws<InvalidDataException>(() => Create(new() { LocalSender = "!", SenderRulesPath = _path })).Message, StringComparison.Ordinal);
    }

    private static FilterHarness Create(SenderCheckFilterOptions options) => FilterHarness.Of(static filters => filters.AddSenderCheck(), options with { CheckDomain = false });
}
