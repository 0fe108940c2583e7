using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.RecipientCheck;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Filters.RecipientCheck;

public sealed class BadRcptToTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"edgesmtp-{Guid.NewGuid():N}");

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("old@example.com", "old@example.com", "recipient-listed")]
    [InlineData("old@example.com", "OLD@Example.COM", "recipient-listed")]
    [InlineData("old@example.com", "\"old\"@example.com", "recipient-listed")]
    [InlineData("old@example.com", "older@example.com", null)]
    [InlineData("@gone.example", "any@gone.example", "recipient-listed")]
    [InlineData("@gone.example", "any@sub.gone.example", null)]
    [InlineData("*%*", "user%elsewhere.example@example.com", "recipient-pattern")]
    [InlineData("*!*", "elsewhere.example!user@example.com", "recipient-pattern")]
    [InlineData("test*@example.com", "test1@EXAMPLE.com", "recipient-pattern")]
    [InlineData("test*@example.com", "Test1@example.com", null)]
    public async Task Line_OfEachKind(string line, string recipient, string? token) => Assert.Equal(token, await TokenAsync([line], recipient));

    // §6.3 of the specification: everything is bad but what is taken back.
    [Theory]
    [InlineData("user@example.com", null)]
    [InlineData("any@open.example", null)]
    [InlineData("other@example.com", "recipient-pattern")]
    public async Task Whitelist_StarAndExceptions(string recipient, string? token) =>
        Assert.Equal(token, await TokenAsync(["*", "!user@example.com", "!*@open.example"], recipient));

    [Fact]
    public async Task List_ClientThatMayRelay_IsConcernedToo()
    {
        using FilterHarness harness = Create(new() { BadRcptTo = ["@competitor.example"] });
        harness.Session.Relay = true;
        await harness.MailAsync();
        Assert.Equal("recipient-listed", (await harness.RcptAsync("boss@competitor.example")).Reason?.Token);
    }

    // RFC 5321 §4.5.1.
    [Fact]
    public void Registration_ExemptsPostmaster_AndIsNeverLeftOut()
    {
        FilterTraits traits = Registrations.Single(static filters => filters.AddRecipientCheck()).Traits;
        Assert.True(traits.ExemptPostmaster);
        Assert.True(traits.Always);
        Assert.Empty(traits.SkipWhen);
    }

    [Fact]
    public async Task BadRcptToPath_IsReadAfterTheInlineList_AndAgainWhenItChanges()
    {
        await File.WriteAllTextAsync(_path, "# by hand\n!good*@example.com\n");
        FakeTimeProvider time = new();
        ReloadSignal log = new();
        using HarnessContext context = new("test", FakeDns.Empty, time, FilterTraits.Default) { Log = log };
        await using RecipientCheckFilter filter = new(new() { BadRcptTo = ["g*"], BadRcptToPath = _path }, context);
        Assert.Equal("recipient-pattern", await TokenAsync(filter, "gone@example.com"));
        Assert.Null(await TokenAsync(filter, "good1@example.com"));
        await File.WriteAllTextAsync(_path, "good1@example.com\n");
        time.Advance(TimeSpan.FromSeconds(5));
        await log.Reloaded;
        Assert.Equal("recipient-listed", await TokenAsync(filter, "good1@example.com"));
    }

    [Fact]
    public async Task BadRcptToPath_WithMistake_IsAnErrorAtStart()
    {
        await File.WriteAllTextAsync(_path, "[broken\n");
        Assert.Contains("'[broken'", Assert.Throws<InvalidDataException>(() => Create(new() { BadRcptToPath = _path })).Message, StringComparison.Ordinal);
    }

    private static FilterHarness Create(RecipientCheckFilterOptions options) => FilterHarness.Of(static filters => filters.AddRecipientCheck(), options);

    private static async Task<string?> TokenAsync(string[] list, string recipient)
    {
        using FilterHarness harness = Create(new() { BadRcptTo = list });
        await harness.MailAsync();
        return (await harness.RcptAsync(recipient)).Reason?.Token;
    }

    private static async Task<string?> TokenAsync(RecipientCheckFilter filter, string recipient)
    {
        using TestSession session = new();
        TestTransaction transaction = new(session);
        return (await filter.OnRcptAsync(transaction, transaction.Ask(recipient), CancellationToken.None)).Reason?.Token;
    }
}
