using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.RateLimit;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Toolkit.Rates;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeSmtp.Tests.Filters.RateLimit;

/// <summary>With tables that have to be waited for.</summary>
public sealed class RateLimitSharedTableTests : IDisposable
{
    private readonly List<SlowRateTable> _tables = [];
    private readonly FilterHarness _harness;

    public RateLimitSharedTableTests()
    {
        RateLimitFilterOptions options = RateLimitTest.Options(
            ("m", new RateLimitOptions { Rate = 10 }),
            ("s", new RateLimitOptions { Key = RateKeyKind.Sender, Rate = 1 }),
            ("b", new RateLimitOptions { Unit = RateUnit.Bytes, Rate = 1_000 }),
            ("f", new RateLimitOptions { Unit = RateUnit.Failures, Rate = 2 }));
        _harness = new FilterHarness(context =>
        {
            Add(context, "limit m Messages Client");
            Add(context, "limit s Messages Sender");
            Add(context, "limit b Bytes Client");
            Add(context, "limit f Failures Client");
            return new RateLimitFilter(options, context);
        });
    }

    public void Dispose() => _harness.Dispose();

    [Fact]
    public async Task Rcpt_WaitsForEachTableInTurn()
    {
        await _harness.MailAsync().AsTask().WithReleases(this);
        Task<Verdict> pending = ((IRcptFilter)_harness.Filter).OnRcptAsync(_harness.Transaction, _harness.Transaction.Ask("a@example.com"), CancellationToken.None).AsTask();
        Assert.False(pending.IsCompleted);
        Assert.Equal((1, 0), (_tables[0].Asked, _tables[1].Asked));
        Assert.Equal(VerdictKind.Continue, (await pending.WithReleases(this)).Kind);
        Assert.Equal((1, 1, 1), (_tables[0].Asked, _tables[1].Asked, _tables[2].Asked));
    }

    [Fact]
    public async Task Refusal_GivesBackWhatOtherTablesTook()
    {
        for (int i = 0; i < 30; i++)
        {
            Verdict verdict = await SendAsync("a@b.example");
            Assert.Equal(i == 0 ? VerdictKind.Continue : VerdictKind.Defer, verdict.Kind);
        }

        for (int i = 0; i < 9; i++)
        {
            Assert.Equal(VerdictKind.Continue, (await SendAsync($"a{i}@b.example")).Kind);
        }

        Assert.Equal(VerdictKind.Defer, (await SendAsync("last@b.example")).Kind);
    }

    [Fact]
    public async Task BytesAndFailures_AreCounted()
    {
        Assert.Equal(VerdictKind.Continue, (await SendAsync("a@b.example")).Kind);
        await _harness.MessageAsync(new byte[2_000]).AsTask().WithReleases(this);
        Assert.Equal("rate-bytes", (await SendAsync("b@b.example")).Reason!.Token);
        await _harness.ViolationAsync(ProtocolViolation.BareCr).AsTask().WithReleases(this);
        _harness.Session.RefusalsGiven = 1;
        Assert.Equal("rate-failures", (await _harness.MailAsync().AsTask().WithReleases(this)).Reason!.Token);
    }

    [Fact]
    public async Task Wait_EndsWithItsToken()
    {
        using CancellationTokenSource source = new();
        await _harness.MailAsync().AsTask().WithReleases(this);
        Task<Verdict> pending = _harness.RcptAsync(cancellationToken: source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
    }

    [Fact]
    public async Task Failure_OfATable_IsTheDriversToJudge()
    {
        await _harness.MailAsync().AsTask().WithReleases(this);
        _tables[0].Failure = new IOException("gone");
        await Assert.ThrowsAsync<IOException>(() => _harness.RcptAsync().AsTask().WithReleases(this));
    }

    internal void ReleaseAll() => _tables.ForEach(static table => table.Release());

    private void Add(FilterContext context, string name)
    {
        SlowRateTable table = new(new TokenBucketTable(name, 100, context.Time, NullLogger.Instance));
        _tables.Add(table);
        context.State<IRateTable>(name, () => table);
    }

    private async Task<Verdict> SendAsync(string from)
    {
        Verdict verdict = await _harness.MailAsync(from).AsTask().WithReleases(this);
        return Verdict.MostSevere(verdict, await _harness.RcptAsync().AsTask().WithReleases(this));
    }
}
