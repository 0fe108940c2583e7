using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Filters.Rbl;
using EdgeSmtp.Testing.Dns;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Rbl;

/// <summary>Started at connect, awaited at RCPT; sessions side by side; cancellation.</summary>
public sealed class RblTimingTests
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Connect_SlowLists_AreAskedAtOnceAndTogether()
    {
        using RblTest test = new(
            RblTest.Zones(new() { Zone = "a.example" }, new() { Zone = "b.example" }),
            FakeDns.Empty.AddAddress("6.7.8.9.b.example", "127.0.0.2").Delay("6.7.8.9.a.example", Slow).Delay("6.7.8.9.b.example", Slow));
        Task<Verdict> connecting = test.Harness.ConnectAsync().AsTask();
        Assert.True(connecting.IsCompletedSuccessfully);
        Assert.Equal(2, test.Harness.Dns.Questions.Count);
        await test.Harness.MailAsync();
        Task<Verdict> waiting = test.Harness.RcptAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        test.Harness.Time.Advance(Slow);
        Assert.Same(RblFilter.Listed, (await waiting).Reason);
    }

    [Fact]
    public async Task Rcpt_ManyRecipientsAndTransactions_AskEachListOnce()
    {
        using RblTest test = new(RblTest.Zones(new() { Zone = "a.example" }, new() { Zone = "b.example" }), FakeDns.Empty);
        await test.ToRcptAsync();
        for (int i = 0; i < 10; i++)
        {
            await test.Harness.MailAsync();
            await test.Harness.RcptAsync();
            await test.Harness.RcptAsync("other@example.com");
        }

        Assert.Equal(2, test.Harness.Dns.Questions.Count);
    }

    // Nothing waits at HELO and MAIL: a client that goes round there must not fill the resolver, which all sessions share.
    [Fact]
    public async Task HelloAndMail_AgainAndAgain_HaveOneLookupEachAtATime()
    {
        FakeDns dns = FakeDns.Empty.AddAddress("h999.example.hl.example", "127.0.0.2").DelayAll(Slow);
        using RblTest test = new(RblTest.Zones(new() { Zone = "hl.example", Subject = RblSubject.Hello }, new() { Zone = "sl.example", Subject = RblSubject.Sender }), dns);
        for (int i = 0; i < 1_000; i++)
        {
            await test.Harness.HelloAsync($"h{i}.example");
            await test.Harness.MailAsync($"x@s{i}.example");
        }

        Assert.Equal(2, dns.Questions.Count);
        Task<Verdict> waiting = test.Harness.RcptAsync().AsTask();
        Assert.Equal(4, dns.Questions.Count);
        test.Harness.Time.Advance(Slow);
        Assert.Same(RblFilter.HelloListed, (await waiting).Reason);
    }

    [Fact]
    public async Task Rcpt_DeadlineOfStage_EndsTheWaitNotTheLookup()
    {
        using RblTest test = new(
            RblTest.Zones(new RblZoneOptions { Zone = "a.example" }), FakeDns.Empty.AddAddress("6.7.8.9.a.example", "127.0.0.2").Delay("6.7.8.9.a.example", Slow));
        await test.Harness.ConnectAsync();
        await test.Harness.MailAsync();
        using CancellationTokenSource deadline = new();
        Task<Verdict> waiting = test.Harness.RcptAsync(cancellationToken: deadline.Token).AsTask();
        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        test.Harness.Time.Advance(Slow);
        Assert.Same(RblFilter.Listed, (await test.Harness.RcptAsync()).Reason);
    }

    [Fact]
    public async Task Session_Aborted_EndsTheLookups()
    {
        using RblTest test = new(RblTest.Zones(new RblZoneOptions { Zone = "a.example" }), FakeDns.Empty.Delay("6.7.8.9.a.example", Slow));
        await test.Harness.ConnectAsync();
        await test.Harness.MailAsync();
        Task<Verdict> waiting = test.Harness.RcptAsync().AsTask();
        test.Harness.Session.Abort();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await test.Harness.EndAsync();
    }

    [Fact]
    public async Task SessionEnd_BeforeAnyRcpt_DoesNotWait()
    {
        using RblTest test = new(RblTest.Zones(new RblZoneOptions { Zone = "a.example" }), FakeDns.Empty.Delay("6.7.8.9.a.example", Slow));
        await test.Harness.ConnectAsync();
        Task ending = test.Harness.EndAsync().AsTask();
        Assert.True(ending.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Sessions_Interleaved_AreJudgedByThemselves()
    {
        using RblTest test = new(RblTest.Zones(new RblZoneOptions { Zone = "a.example" }), FakeDns.Empty.AddAddress("6.7.8.9.a.example", "127.0.0.2"));
        await test.Harness.ConnectAsync();
        await test.Harness.MailAsync();
        Transaction listed = test.Harness.Transaction;
        test.Harness.NextSession();
        test.Harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse("9.8.7.5"), 1);
        Assert.Null((await test.ToRcptAsync()).Reason);
        Assert.Same(RblFilter.Listed, (await test.Filter.OnRcptAsync(listed, test.Harness.Transaction.Ask("r@example.com"), CancellationToken.None)).Reason);
    }

    [Fact]
    public async Task Resolver_ThatThrows_ShowsAtRcptAndNotAsUnobserved()
    {
        using RblTest test = new(RblTest.Zones(new RblZoneOptions { Zone = "a.example" }), FakeDns.Empty);
        RblFilter filter = new(RblTest.Zones(new RblZoneOptions { Zone = "a.example" }), new ThrowingContext(test.Harness.Context));
        await filter.OnConnectAsync(test.Harness.Session, CancellationToken.None);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await filter.OnRcptAsync(test.Harness.Transaction, test.Harness.Transaction.Ask("r@example.com"), CancellationToken.None));
        await filter.DisposeAsync();
    }

    [Fact]
    public void Connect_SkippedClient_AllocatesNothing()
    {
        using RblTest test = new(RblTest.Zones(new RblZoneOptions { Zone = "a.example" }), FakeDns.Empty, "192.168.1.1");
        AllocationGate.AssertNone(() => test.Filter.OnConnectAsync(test.Harness.Session, CancellationToken.None));
    }

    [Fact]
    public async Task Rcpt_KnownToBeUnlisted_AllocatesNothing()
    {
        using RblTest test = new(RblTest.Zones(new() { Zone = "a.example" }, new() { Zone = "b.example", Kind = RblKind.Allow }), FakeDns.Empty);
        await test.ToRcptAsync();
        Recipient recipient = test.Harness.Transaction.Ask("next@example.com");
        AllocationGate.AssertNone(() => test.Filter.OnRcptAsync(test.Harness.Transaction, recipient, CancellationToken.None));
    }

    private sealed class ThrowingContext(FilterContext inner) : FilterContext
    {
        public override string Name => inner.Name;

        public override IDnsResolver Dns { get; } = new ThrowingResolver();

        public override TimeProvider Time => inner.Time;

        public override Microsoft.Extensions.Logging.ILogger Logger => inner.Logger;

        public override T State<T>(string name, Func<T> factory) => inner.State(name, factory);

        public override void Publish<T>(FilterSubject subject, FactKey<T> key, T value) => inner.Publish(subject, key, value);

        public override bool TryRead<T>(FilterSubject subject, FactKey<T> key, out T? value)
            where T : default => inner.TryRead(subject, key, out value);

        public override void AddScore(FilterSubject subject, string name, double value) => inner.AddScore(subject, name, value);

        public override double TotalScore(FilterSubject subject) => inner.TotalScore(subject);

        public override IMessageChanges Changes(Transaction transaction) => inner.Changes(transaction);

        public override IMessageChanges Changes(Recipient recipient) => inner.Changes(recipient);
    }

    private sealed class ThrowingResolver : IDnsResolver
    {
        public async ValueTask<DnsAnswer> ResolveAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("A bug.");
        }
    }
}
