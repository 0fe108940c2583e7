using System.Diagnostics;
using System.Net;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Tracing;
using EdgeSmtp.Dns;
using EdgeSmtp.Testing.Tracing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Dns;

/// <summary>Cache, joined questions and limits, without a network.</summary>
public sealed class DnsResolverSharingTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly MetricRecorder _metrics = new();
    private readonly FakeExchange _exchange = new();

    public void Dispose() => _exchange.Dispose();

    [Fact]
    public async Task Resolve_EqualQuestionsAtOnce_AreOneExchange()
    {
        using DnsResolver resolver = Create(new DnsOptions());
        Task<DnsAnswer>[] asking = [.. Enumerable.Range(0, 10).Select(i => resolver.ResolveAsync(i % 2 == 0 ? "A.test" : "a.test.", DnsRecordType.A, CancellationToken.None).AsTask())];
        _exchange.Arrive("a.test", Found(60));
        DnsAnswer[] answers = await Task.WhenAll(asking);
        Assert.Single(_exchange.Asked);
        Assert.All(answers, answer => Assert.Same(answers[0], answer));
        Assert.Equal(9, _metrics.Value(DnsMetrics.Questions, "joined"));
    }

    [Fact]
    public async Task Resolve_ForSomebodyWhoIsTraced_IsASpanOfHis()
    {
        using Tracer tracer = new();
        using SpanRecorder recorder = new(tracer);
        using DnsResolver resolver = Create(new DnsOptions());
        using Activity asker = tracer.Begin("asker", ActivityKind.Internal)!;
        Activity.Current = asker;
        Task<DnsAnswer> first = resolver.ResolveAsync("a.test", DnsRecordType.A, CancellationToken.None).AsTask();
        Task<DnsAnswer> second = resolver.ResolveAsync("A.test", DnsRecordType.A, CancellationToken.None).AsTask();
        using CancellationTokenSource leaving = new();
        Task<DnsAnswer> third = resolver.ResolveAsync("a.test", DnsRecordType.A, leaving.Token).AsTask();
        Assert.Same(asker, Activity.Current);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        _exchange.Arrive("a.test", Found(60));
        await Task.WhenAll(first, second);
        await resolver.ResolveAsync("a.test", DnsRecordType.A, CancellationToken.None);
        await resolver.ResolveAsync("a..test", DnsRecordType.A, CancellationToken.None);
        Activity.Current = null;
        await resolver.ResolveAsync("a.test", DnsRecordType.A, CancellationToken.None);

        Assert.All(recorder.Spans, span => Assert.Equal(("dns", asker.SpanId), (span.OperationName, span.ParentSpanId)));
        Assert.Equal(
            ["A.test joined Found", "a..test invalid NxDomain", "a.test cache Found", "a.test joined given-up", "a.test network Found"],
            recorder.Spans.Select(static span => $"{span.GetTagItem(SpanTags.DnsName)} {span.GetTagItem(SpanTags.Source)} {span.GetTagItem(SpanTags.Result)}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Resolve_SameNameAnotherType_IsAnotherQuestion()
    {
        _exchange.Immediately = static _ => Found(60);
        using DnsResolver resolver = Create(new DnsOptions());
        await resolver.ResolveAsync("a.test", DnsRecordType.A, CancellationToken.None);
        await resolver.ResolveAsync("a.test", DnsRecordType.Aaaa, CancellationToken.None);
        Assert.Equal(2, _exchange.Asked.Count);
    }

    [Fact]
    public async Task Resolve_CallerLeaves_EndsOnlyHisWait()
    {
        using DnsResolver resolver = Create(new DnsOptions());
        using CancellationTokenSource leaving = new();
        Task<DnsAnswer> first = resolver.ResolveAsync("a.test", DnsRecordType.A, leaving.Token).AsTask();
        Task<DnsAnswer> second = resolver.ResolveAsync("a.test", DnsRecordType.A, CancellationToken.None).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(second.IsCompleted);
        _exchange.Arrive("a.test", Found(60));
        Assert.Equal(DnsStatus.Found, (await second).Status);
        Assert.Equal(1, resolver.CachedCount);
    }

    [Fact]
    public async Task Resolve_EveryCallerLeft_StillFillsTheCache()
    {
        using DnsResolver resolver = Create(new DnsOptions());
        using CancellationTokenSource leaving = new();
        Task<DnsAnswer> only = resolver.ResolveAsync("a.test", DnsRecordType.A, leaving.Token).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => only);
        Task<DnsAnswer> later = resolver.ResolveAsync("a.test", DnsRecordType.A, CancellationToken.None).AsTask();
        _exchange.Arrive("a.test", Found(60));
        await later;
        Assert.Single(_exchange.Asked);
    }

    [Fact]
    public async Task Resolve_TokenAlreadyFired_Throws()
    {
        using DnsResolver resolver = Create(new DnsOptions());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await resolver.ResolveAsync("a.test", DnsRecordType.A, new CancellationToken(canceled: true)));
        Assert.Empty(_exchange.Asked);
    }

    [Fact]
    public async Task Resolve_AboveInFlightMax_IsTemporaryFailure()
    {
        using DnsResolver resolver = Create(new DnsOptions { InFlightMax = 2 });
        Task<DnsAnswer> first = resolver.ResolveAsync("a.test", DnsRecordType.A, CancellationToken.None).AsTask();
        Task<DnsAnswer> second = resolver.ResolveAsync("b.test", DnsRecordType.A, CancellationToken.None).AsTask();
        Task<DnsAnswer> joined = resolver.ResolveAsync("b.test", DnsRecordType.A, CancellationToken.None).AsTask();
        ValueTask<DnsAnswer> third = resolver.ResolveAsync("c.test", DnsRecordType.A, CancellationToken.None);
        Assert.Same(DnsAnswer.TemporaryFailure, await third);
        Assert.Equal(1, _metrics.Value(DnsMetrics.Questions, "refused"));
        _exchange.Arrive("a.test", Found(60));
        Assert.Equal(DnsStatus.Found, (await first).Status);
        Task<DnsAnswer> again = resolver.ResolveAsync("c.test", DnsRecordType.A, CancellationToken.None).AsTask();
        _exchange.Arrive("b.test", Found(60));
        _exchange.Arrive("c.test", Found(60));
        Assert.All(await Task.WhenAll(second, joined, again), static answer => Assert.Equal(DnsStatus.Found, answer.Status));
    }

    [Fact]
    public async Task Resolve_Failure_IsKeptAsLongAsFailureTtlSays()
    {
        _exchange.Immediately = static _ => DnsAnswer.TemporaryFailure;
        using DnsResolver resolver = Create(new DnsOptions { FailureTtl = TimeSpan.FromSeconds(2) });
        await resolver.ResolveAsync("a.test", DnsRecordType.A, CancellationToken.None);
        await resolver.ResolveAsync("a.test", DnsRecordType.A, CancellationToken.None);
        Assert.Single(_exchange.Asked);
        _time.Advance(TimeSpan.FromSeconds(2));
        await resolver.ResolveAsync("a.test", DnsRecordType.A, CancellationToken.None);
        Assert.Equal(2, _exchange.Asked.Count);
    }

    [Fact]
    public async Task Resolve_LongTtl_IsCutAtTtlMax()
    {
        _exchange.Immediately = static _ => Found(1_000_000);
        using DnsResolver resolver = Create(new DnsOptions { TtlMax = TimeSpan.FromMinutes(1) });
        Assert.Equal(TimeSpan.FromMinutes(1), (await resolver.ResolveAsync("a.test", DnsRecordType.A, CancellationToken.None)).Ttl);
    }

    [Fact]
    public async Task Resolve_MoreNamesThanEntries_ForgetsTheLeastRecentlyUsed()
    {
        _exchange.Immediately = static _ => Found(60);
        using DnsResolver resolver = Create(new DnsOptions { CacheEntriesMax = 2 });
        foreach (string name in new[] { "a.test", "b.test", "a.test", "c.test", "a.test", "b.test" })
        {
            await resolver.ResolveAsync(name, DnsRecordType.A, CancellationToken.None);
        }

        Assert.Equal(2, resolver.CachedCount);
        Assert.Equal(["a.test", "b.test", "c.test", "b.test"], _exchange.Asked.Select(static key => key.Name));
    }

    [Fact]
    public async Task Resolve_LargeAnswers_StayWithinCacheBytesMax()
    {
        _exchange.Immediately = static key => new DnsAnswer(
            DnsStatus.Found, [new DnsTxtRecord(new byte[key.Name.StartsWith("huge", StringComparison.Ordinal) ? 50_000 : 4_000], TimeSpan.FromMinutes(1))], TimeSpan.FromMinutes(1), false);
        using DnsResolver resolver = Create(new DnsOptions { CacheBytesMax = 100_000 });
        await resolver.ResolveAsync("huge.test", DnsRecordType.Txt, CancellationToken.None);
        Assert.Equal(0, resolver.CachedCount);
        for (int i = 0; i < 100; i++)
        {
            await resolver.ResolveAsync($"n{i}.test", DnsRecordType.Txt, CancellationToken.None);
        }

        Assert.InRange(resolver.CachedCount, 15, 25);
    }

    [Fact]
    public async Task Resolve_CacheSwitchedOff_KeepsNothing()
    {
        _exchange.Immediately = static _ => Found(60);
        using DnsResolver resolver = Create(new DnsOptions { CacheEntriesMax = 0 });
        await resolver.ResolveAsync("a.test", DnsRecordType.A, CancellationToken.None);
        await resolver.ResolveAsync("a.test", DnsRecordType.A, CancellationToken.None);
        Assert.Equal(2, _exchange.Asked.Count);
    }

    [Fact]
    public async Task Dispose_WhileQuestionsAreOnTheirWay_EndsThemAsFailures()
    {
        DnsResolver resolver = Create(new DnsOptions());
        Task<DnsAnswer> waiting = resolver.ResolveAsync("a.test", DnsRecordType.A, CancellationToken.None).AsTask();
        resolver.Dispose();
        Assert.Equal(DnsStatus.TemporaryFailure, (await waiting).Status);
        Assert.Same(DnsAnswer.TemporaryFailure, await resolver.ResolveAsync("b.test", DnsRecordType.A, CancellationToken.None));
    }

    [Fact]
    public async Task Resolve_FromCache_AllocatesNothing()
    {
        _exchange.Immediately = static _ => Found(60);
        using DnsResolver resolver = Create(new DnsOptions());
        await resolver.ResolveAsync("4.3.2.1.list.test", DnsRecordType.A, CancellationToken.None);
        long before = 0;
        for (int round = 0; round < 50; round++)
        {
            // The first rounds warm up the JIT.
            before = round == 40 ? GC.GetAllocatedBytesForCurrentThread() : before;
            ValueTask<DnsAnswer> answer = resolver.ResolveAsync("4.3.2.1.list.test", DnsRecordType.A, CancellationToken.None);
            Assert.True(answer.IsCompletedSuccessfully);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static DnsAnswer Found(int seconds) =>
        new(DnsStatus.Found, [new DnsAddressRecord(IPAddress.Loopback, TimeSpan.FromSeconds(seconds))], TimeSpan.FromSeconds(seconds), false);

    private DnsResolver Create(DnsOptions options) => new(options, _time, new DnsMetrics(_metrics), (_, _) => _exchange);
}
