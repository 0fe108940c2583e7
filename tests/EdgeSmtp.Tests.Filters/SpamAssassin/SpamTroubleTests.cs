using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.SpamAssassin;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using EdgeSmtp.Toolkit.Scanning;
using Xunit;

namespace EdgeSmtp.Tests.Filters.SpamAssassin;

public sealed class SpamTroubleTests : SpamAssassinTest
{
    private static string Large(int bytes) => Content + new string('x', bytes - Content.Length);

    [Theory]
    [InlineData(4095, true)]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    public async Task Size_AtUnderAndOverItsLimit_IsScannedOrMarked(int bytes, bool isScanned)
    {
        await using FilterRun run = Begin(Options(static options => options with { SizeBytesMax = 4096, Fields = SpamFields.None }));
        RecipientVerdicts verdicts = await MessageAsync(run, Large(bytes));
        Assert.Equal(VerdictKind.Continue, verdicts[0].Kind);
        Assert.Equal([(isScanned ? "" : "X-Spam-Unscanned: too large\r\n") + Large(bytes)], await ComposeAsync(run, verdicts));
        Assert.Equal(!isScanned, IsSet(KnownFacts.Unscanned));
        Assert.Equal(isScanned ? 1 : 0, Spamd.Requests.Count);
    }

    [Theory]
    [InlineData(UnscannedAction.Mark, VerdictKind.Continue, null)]
    [InlineData(UnscannedAction.Quarantine, VerdictKind.Quarantine, "unscanned-quarantine")]
    [InlineData(UnscannedAction.Defer, VerdictKind.Defer, "unscanned-defer")]
    [InlineData(UnscannedAction.Reject, VerdictKind.Reject, "unscanned-reject")]
    public async Task Size_OverItsLimit_FaresAsConfigured(UnscannedAction action, VerdictKind expected, string? token)
    {
        await using FilterRun run = Begin(Options(options => options with { SizeBytesMax = 1024, Unscanned = action }));
        Verdict verdict = (await MessageAsync(run, Large(1025)))[0];
        Assert.Equal(expected, verdict.Kind);
        Assert.Equal(token, verdict.Reason?.Token);
    }

    public static TheoryData<string> Nonsense { get; } =
    [
        "",
        "SPAMD/1.1 0 EX_OK\r\n",
        "SPAMD/1.1 0 EX_OK\r\nContent-length: 5\r\nSpam: False ; 0.0 / 5.0\r\n\r\nab",
        "SPAMD/1.1 0 EX_OK\r\nContent-length: 0\r\n\r\n",
        "SPAMD/1.1 0 EX_OK\r\nSpam: False ; nan / 5.0\r\n\r\n",
        "SPAMD/1.1 0 EX_OK\r\nContent-length: 99999999999\r\nSpam: False ; 0.0 / 5.0\r\n\r\n",
        "SPAMD/1.0 69 Service Unavailable: Error fetching user preferences via SQL\r\n",
        "SPAMD/1.1 75 EX_TEMPFAIL\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nclean",
        "\0\0\0\0",
    ];

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task Spamd_ThatCannot_DefersAndIsNeverTakenForClean(string answer)
    {
        Spamd.Answers(_ => answer);
        await using FilterRun run = Begin(Options());
        Verdict verdict = (await MessageAsync(run))[0];
        Assert.Equal("scanner-down", verdict.Reason?.Token);
        Assert.Equal(1, Counted("lane", "down"));
    }

    [Fact]
    public async Task Spamd_ThatIsNotThere_Defers()
    {
        await using FilterRun run = Begin(Options(static options => options with { Servers = ["unix:/nowhere/spamd.sock"] }));
        Verdict verdict = (await MessageAsync(run))[0];
        Assert.Equal("scanner-down", verdict.Reason?.Token);
    }

    [Fact]
    public async Task Spamd_ThatIsNotThere_AndSkip_MarksAndRemovesWhatStrangersWrote()
    {
        await using FilterRun run = Begin(Options(static options => options with { Servers = ["unix:/nowhere/spamd.sock"], WhenDown = ScanFallback.Skip }));
        RecipientVerdicts verdicts = await MessageAsync(run, "X-Spam-Status: No, score=-99\r\n" + Content);
        Assert.Equal(["X-Spam-Unscanned: scanner down\r\n" + Content], await ComposeAsync(run, verdicts));
        Assert.True(IsSet(KnownFacts.Unscanned));
    }

    [Fact]
    public async Task Spamd_ThatDoesNotAnswerInTime_Defers()
    {
        Spamd.Hold();
        await using FilterRun run = Begin(Options(static options => options with { ScanTimeout = TimeSpan.FromSeconds(5) }));
        Task<RecipientVerdicts> pending = MessageAsync(run);
        await Spamd.AskedAsync();
        Harness.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("scanner-down", (await pending)[0].Reason?.Token);
    }

    [Fact]
    public async Task Spamd_ThatFailsAgainAndAgain_IsNotAskedForAWhile()
    {
        Spamd.Answers(static _ => null);
        SpamAssassinFilterOptions options = Options(static options => options with { BreakerFailures = 2, BreakerPause = TimeSpan.FromSeconds(10) });
        for (int i = 0; i < 4; i++)
        {
            NextSession();
            await using FilterRun run = Begin(options);
            Assert.Equal("scanner-down", (await MessageAsync(run))[0].Reason?.Token);
        }

        Assert.Equal(2, Spamd.Requests.Count);
        Spamd.Answers(static _ => FakeSpamd.Clean);
        Harness.Time.Advance(TimeSpan.FromSeconds(10));
        NextSession();
        await using FilterRun last = Begin(options);
        Assert.Equal(VerdictKind.Continue, (await MessageAsync(last))[0].Kind);
    }

    [Fact]
    public async Task Servers_TheNextIsAskedWhenOneFails()
    {
        using FakeSpamd dead = new(static _ => null);
        Spamd.Answers(static _ => FakeSpamd.Symbols(6));
        await using FilterRun run = Begin(Options(options => options with { Servers = [dead.Address, Spamd.Address], Reject = 5 }));
        Assert.Equal("spam", (await MessageAsync(run))[0].Reason?.Token);
        Assert.Single(dead.Requests);
        Assert.Single(Spamd.Requests);
    }

    [Fact]
    public async Task Servers_AllDead_Defers()
    {
        using FakeSpamd dead = new(static _ => null);
        Spamd.Answers(static _ => "SPAMD/1.0 69 Service Unavailable\r\n");
        await using FilterRun run = Begin(Options(options => options with { Servers = [dead.Address, Spamd.Address] }));
        Assert.Equal("scanner-down", (await MessageAsync(run))[0].Reason?.Token);
    }

    [Theory]
    [InlineData(ScanFallback.Defer, VerdictKind.Defer, "scanner-busy")]
    [InlineData(ScanFallback.Skip, VerdictKind.Continue, null)]
    [InlineData(ScanFallback.Pending, VerdictKind.Defer, "scanner-busy")]
    public async Task Lane_ThatIsFull_FaresAsConfigured(ScanFallback fallback, VerdictKind expected, string? token)
    {
        // Where the server keeps nothing pending, that is a way to say Defer.
        Spamd.Hold();
        SpamAssassinFilterOptions options = Options(options => options with { ConcurrencyMax = 1, WaitingMax = 1, WhenBusy = fallback });
        List<(FilterRun Run, Task<RecipientVerdicts> Verdicts)> others = [];
        foreach (string text in (string[])["in flight", "waiting"])
        {
            NextSession();
            FilterRun run = Begin(options);
            others.Add((run, MessageAsync(run, Content + text)));
        }

        await Spamd.AskedAsync();
        NextSession();
        await using FilterRun last = Begin(options);
        RecipientVerdicts verdicts = await MessageAsync(last, Content + "too many");
        Assert.Equal(expected, verdicts[0].Kind);
        Assert.Equal(token, verdicts[0].Reason?.Token);
        Assert.Equal(fallback == ScanFallback.Skip, IsSet(KnownFacts.Unscanned));
        Assert.Equal(1, Counted("lane", "busy"));

        Spamd.Release();
        foreach ((FilterRun run, Task<RecipientVerdicts> pending) in others)
        {
            Assert.Equal(VerdictKind.Continue, (await pending)[0].Kind);
            await run.DisposeAsync();
        }
    }

    [Fact]
    public async Task Lane_ThatIsFull_PostponesAndIsAskedAgain()
    {
        Spamd.Answers(static _ => null);
        using PostponingContext context = new();
        SpamAssassinFilter filter = new(Options(static options => options with { WhenDown = ScanFallback.Pending, Reject = 5 }), context);
        using TestMessageContent staged = new("X-Spam-Flag: NO\n" + Content);
        Transaction.AddRecipient("a@example.com");
        Transaction.Staged = staged;
        RecipientVerdicts verdicts = new();
        verdicts.Reset(1);
        await filter.OnMessageAsync(Transaction, verdicts, CancellationToken.None);

        // Nothing was said and nothing changed: it all comes when it is asked again.
        Assert.Equal(1, context.Postponed);
        Assert.Equal(VerdictKind.Continue, verdicts[0].Kind);
        Assert.Empty(context.Inner.ChangeLog);

        Spamd.Answers(static _ => FakeSpamd.Symbols(6));
        await filter.OnMessageAsync(Transaction, verdicts, CancellationToken.None);
        Assert.Equal(1, context.Postponed);
        Assert.Equal("spam", verdicts[0].Reason?.Token);
        Assert.Contains(context.Inner.ChangeLog, static change => change is { Member: "RemoveForeign", Name: "X-Spam-" });
    }

    [Fact]
    public async Task Session_ThatIsGivenUp_EndsTheScan()
    {
        Spamd.Hold();
        SpamAssassinFilter filter = new(Options(), Harnessed);
        Transaction.AddRecipient("a@example.com");
        using TestMessageContent staged = new(Content);
        Transaction.Staged = staged;
        RecipientVerdicts verdicts = new();
        verdicts.Reset(1);
        using CancellationTokenSource source = new();
        Task pending = filter.OnMessageAsync(Transaction, verdicts, source.Token).AsTask();
        await Spamd.AskedAsync();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    private HarnessContext Harnessed { get; } = new("spam", EdgeSmtp.Testing.Dns.FakeDns.Empty, TimeProvider.System, new FilterTraits { Effect = FilterEffect.Rewrites });
}
