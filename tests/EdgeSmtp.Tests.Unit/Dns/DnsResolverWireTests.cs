using System.Net;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Dns;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Dns;

/// <summary>What comes over the wire, right and wrong, and what is kept of it.</summary>
public sealed class DnsResolverWireTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly MetricRecorder _metrics = new();
    private readonly List<IAsyncDisposable> _servers = [];

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Resolve_AnswerWithTtl_IsKeptUntilItDies()
    {
        WireServer server = Serve(static question => new WireReply().A(question.Name, "192.0.2.1", 60));
        using DnsResolver resolver = Create(server);
        await AskAsync(resolver);
        _time.Advance(TimeSpan.FromSeconds(59));
        await AskAsync(resolver);
        Assert.Single(server.Questions);
        _time.Advance(TimeSpan.FromSeconds(1));
        await AskAsync(resolver);
        Assert.Equal(2, server.Questions.Count);
        Assert.Equal(1, _metrics.Value(DnsMetrics.Questions, "cache"));
        Assert.Equal(2, _metrics.Value(DnsMetrics.Questions, "network"));
    }

    // RFC 1035 §3.2.1: zero values mean that the record can only be used for the transaction in progress.
    [Fact]
    public async Task Resolve_AnswerWithTtlZero_IsNotKept()
    {
        WireServer server = Serve(static question => new WireReply().A(question.Name, "192.0.2.1", 0));
        using DnsResolver resolver = Create(server);
        await AskAsync(resolver);
        await AskAsync(resolver);
        Assert.Equal(2, server.Questions.Count);
        Assert.Equal(0, resolver.CachedCount);
    }

    [Fact]
    public async Task Resolve_LeastTtlOfAliasAndRecords_Counts()
    {
        WireServer server = Serve(static question => new WireReply().Alias(question.Name, "b.test", 20).A("b.test", "192.0.2.1", 300).A("b.test", "192.0.2.2", 40));
        using DnsResolver resolver = Create(server);
        Assert.Equal(TimeSpan.FromSeconds(20), (await AskAsync(resolver)).Ttl);
    }

    // RFC 2308 §5: min(TTL of the SOA, its MINIMUM).
    [Theory]
    [InlineData(100, 30u, 30)]
    [InlineData(30, 100u, 30)]
    [InlineData(0, 100u, 0)]
    [InlineData(100, 0u, 0)]
    [InlineData(100_000, 100_000u, 3600)]
    public async Task Resolve_NxDomain_IsKeptAsTheSoaSays(int soaTtl, uint minimum, int keptSeconds)
    {
        WireServer server = Serve(_ => WireReply.NxDomain(soaTtl, minimum));
        using DnsResolver resolver = Create(server);
        DnsAnswer answer = await AskAsync(resolver);
        Assert.Equal(DnsStatus.NxDomain, answer.Status);
        Assert.Equal(TimeSpan.FromSeconds(keptSeconds), answer.Ttl);
        Assert.Equal(keptSeconds > 0 ? 1 : 0, resolver.CachedCount);
    }

    [Fact]
    public async Task Resolve_NoData_IsKeptAsTheSoaSays()
    {
        WireServer server = Serve(static _ => new WireReply().Soa(100, 30));
        using DnsResolver resolver = Create(server);
        await AskAsync(resolver);
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(DnsStatus.NoData, (await AskAsync(resolver)).Status);
        Assert.Single(server.Questions);
        _time.Advance(TimeSpan.FromSeconds(1));
        await AskAsync(resolver);
        Assert.Equal(2, server.Questions.Count);
    }

    [Fact]
    public async Task Resolve_NegativeAnswerWithoutSoa_IsNotKept()
    {
        WireServer server = Serve(static _ => WireReply.NxDomain());
        using DnsResolver resolver = Create(server);
        Assert.Equal(DnsStatus.NxDomain, (await AskAsync(resolver)).Status);
        Assert.Equal(0, resolver.CachedCount);
    }

    // RFC 2181 §8: a TTL with its highest bit set is zero.
    [Fact]
    public async Task Resolve_NegativeTtl_CountsAsZero()
    {
        WireServer server = Serve(static question => new WireReply().A(question.Name, "192.0.2.1", -1));
        using DnsResolver resolver = Create(server);
        Assert.Equal(TimeSpan.Zero, (await AskAsync(resolver)).Ttl);
        Assert.Equal(0, resolver.CachedCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Resolve_ServerError_IsTemporaryFailureAndNotKept(int code)
    {
        WireServer server = Serve(_ => new WireReply { Code = code });
        using DnsResolver resolver = Create(server);
        Assert.Same(DnsAnswer.TemporaryFailure, await AskAsync(resolver));
        Assert.Equal(0, resolver.CachedCount);
        Assert.Equal(1, _metrics.Value(DnsMetrics.FailedAttempts, "refused"));
    }

    [Fact]
    public async Task Resolve_NoReply_IsTemporaryFailureAfterTimeout()
    {
        WireServer server = Serve(static _ => null);
        using DnsResolver resolver = Create(new DnsOptions { Servers = [server.Address], Timeout = TimeSpan.FromMilliseconds(100), Retries = 2 });
        Assert.Equal(DnsStatus.TemporaryFailure, (await AskAsync(resolver)).Status);
        Assert.Equal(3, server.Questions.Count);
        Assert.Equal(3, _metrics.Value(DnsMetrics.FailedAttempts, "timeout"));
    }

    [Fact]
    public async Task Resolve_SecondServerAnswers_AndIsAskedFirstFromThenOn()
    {
        WireServer broken = Serve(static _ => new WireReply { Code = 2 });
        WireServer good = Serve(static question => new WireReply().A(question.Name, "192.0.2.1", 0));
        using DnsResolver resolver = Create(new DnsOptions { Servers = [broken.Address, good.Address] });
        Assert.Equal(DnsStatus.Found, (await AskAsync(resolver)).Status);
        Assert.Equal(DnsStatus.Found, (await AskAsync(resolver)).Status);
        Assert.Single(broken.Questions);
        Assert.Equal(2, good.Questions.Count);
    }

    [Fact]
    public async Task Resolve_PortWhereNobodyListens_IsTemporaryFailure()
    {
        WireServer gone = WireServer.Start(static _ => null);
        string address = gone.Address;
        await gone.DisposeAsync();
        using DnsResolver resolver = Create(new DnsOptions { Servers = [address], Timeout = TimeSpan.FromMilliseconds(100), Retries = 0 });
        Assert.Equal(DnsStatus.TemporaryFailure, (await AskAsync(resolver)).Status);
    }

    // RFC 5452 §3: a reply that does not repeat the question is somebody else's.
    [Fact]
    public async Task Resolve_ReplyToAnotherQuestion_IsNotTaken()
    {
        WireServer server = Serve(static _ => new WireReply { EchoedName = "b.test" }.A("a.test", "192.0.2.66", 60));
        using DnsResolver resolver = Create(new DnsOptions { Servers = [server.Address], Timeout = TimeSpan.FromMilliseconds(100), Retries = 0 });
        Assert.Equal(DnsStatus.TemporaryFailure, (await AskAsync(resolver)).Status);
        Assert.Equal(0, resolver.CachedCount);
        Assert.Equal(1, _metrics.Value(DnsMetrics.FailedAttempts, "garbage"));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 0, 0, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 0xC0, 0x0C, 0, 1, 0, 1, 0xC0, 0x0C, 0, 1, 0, 1 })]
    public async Task Resolve_Garbage_IsTemporaryFailure(byte[] garbage)
    {
        WireServer server = Serve(_ => new WireReply { Raw = garbage });
        using DnsResolver resolver = Create(new DnsOptions { Servers = [server.Address], Timeout = TimeSpan.FromMilliseconds(200), Retries = 0 });
        Assert.Equal(DnsStatus.TemporaryFailure, (await AskAsync(resolver)).Status);
    }

    // Records for names that were not asked for are how caches are poisoned.
    [Fact]
    public async Task Resolve_RecordsOfOtherNames_AreLeftOut()
    {
        WireServer server = Serve(static _ => new WireReply().A("b.test", "192.0.2.66", 60).A("a.test", "192.0.2.1", 60));
        using DnsResolver resolver = Create(server);
        Assert.Equal(IPAddress.Parse("192.0.2.1"), Assert.IsType<DnsAddressRecord>(Assert.Single((await AskAsync(resolver)).Records)).Address);
    }

    [Fact]
    public async Task Resolve_AliasWithoutItsTarget_AsksForTheTarget()
    {
        WireServer server = Serve(static question => question.Name == "a.test"
            ? new WireReply().Alias("a.test", "b.test", 10)
            : new WireReply().A("b.test", "192.0.2.1", 60));
        using DnsResolver resolver = Create(server);
        DnsAnswer answer = await AskAsync(resolver);
        Assert.Equal(DnsStatus.Found, answer.Status);
        Assert.Equal(TimeSpan.FromSeconds(10), answer.Ttl);
    }

    [Fact]
    public async Task Resolve_LoopOfAliases_IsTemporaryFailure()
    {
        WireServer server = Serve(static question => new WireReply().Alias(question.Name, question.Name == "a.test" ? "b.test" : "a.test", 10));
        using DnsResolver resolver = Create(server);
        Assert.Equal(DnsStatus.TemporaryFailure, (await AskAsync(resolver)).Status);
        Assert.Equal(9, server.Questions.Count);
    }

    [Fact]
    public async Task Resolve_TruncatedReply_IsAskedAgainOverTcp()
    {
        byte[][] strings = [.. Enumerable.Repeat(new byte[255], 8)];
        WireServer server = Serve(question => question.OverTcp ? new WireReply().Txt("a.test", 60, strings) : new WireReply { Truncated = true });
        using DnsResolver resolver = Create(server);
        DnsAnswer answer = await resolver.ResolveAsync("a.test", DnsRecordType.Txt, CancellationToken.None);
        Assert.Equal(8 * 255, Assert.IsType<DnsTxtRecord>(Assert.Single(answer.Records)).Text.Length);
    }

    [Fact]
    public async Task Resolve_TxtOfAnyBytes_GivesThemAsTheyAre()
    {
        byte[] all = [.. Enumerable.Range(0, 255).Where(static value => value != '\\').Select(static value => (byte)value)];
        WireServer server = Serve(question => new WireReply().Txt(question.Name, 60, all, "é\\\""u8.ToArray()));
        using DnsResolver resolver = Create(server);
        DnsAnswer answer = await resolver.ResolveAsync("a.test", DnsRecordType.Txt, CancellationToken.None);
        Assert.Equal([.. all, .. "é\\\""u8], Assert.IsType<DnsTxtRecord>(Assert.Single(answer.Records)).Text.ToArray());
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task Resolve_AuthenticData_CountsFromTrustedResolversOnly(bool trusted, bool expected)
    {
        WireServer server = Serve(static question => new WireReply { AuthenticData = true }.A(question.Name, "192.0.2.1", 60));
        using DnsResolver resolver = Create(new DnsOptions { Servers = [server.Address], TrustedResolvers = trusted ? ["127.0.0.1"] : [] });
        Assert.Equal(expected, (await AskAsync(resolver)).Authenticated);
        Assert.Equal(trusted, Assert.Single(server.Questions).DnssecOk);
    }

    // RFC 8914 §4.7: 6 is "DNSSEC Bogus"; 22 is "No Reachable Authority".
    [Theory]
    [InlineData(6, DnsStatus.Bogus)]
    [InlineData(22, DnsStatus.TemporaryFailure)]
    public async Task Resolve_ServfailWithExtendedError_TellsBogusFromBroken(int extendedError, DnsStatus expected)
    {
        WireServer server = Serve(_ => new WireReply { Code = 2, ExtendedError = extendedError });
        using DnsResolver resolver = Create(server);
        Assert.Equal(expected, (await AskAsync(resolver)).Status);
    }

    [Fact]
    public async Task Resolve_NameThatCannotExist_AsksNobody()
    {
        WireServer server = Serve(static question => new WireReply().A(question.Name, "192.0.2.1", 60));
        using DnsResolver resolver = Create(server);
        foreach (string name in new[] { "a..test", "back\\slash.test", "xn--a\u00e9.test", "xn--99999999.test", new string('a', 64) + ".test", string.Concat(Enumerable.Repeat("abcdefgh.", 29)) })
        {
            Assert.Equal(DnsStatus.NxDomain, (await resolver.ResolveAsync(name, DnsRecordType.A, CancellationToken.None)).Status);
        }

        Assert.Empty(server.Questions);
        Assert.Equal(6, _metrics.Value(DnsMetrics.Questions, "invalid"));
    }

    [Theory]
    [InlineData("_dmarc.a.test")]
    [InlineData("a+b=c.a.test")]
    [InlineData("xn--bcher-kva.test")]
    [InlineData("_spf.xn--bcher-kva.test")]
    public async Task Resolve_UnusualButPossibleName_IsAskedAsItIs(string name)
    {
        WireServer server = Serve(static question => new WireReply().A(question.Name, "192.0.2.1", 60));
        using DnsResolver resolver = Create(server);
        Assert.Equal(DnsStatus.Found, (await resolver.ResolveAsync(name, DnsRecordType.A, CancellationToken.None)).Status);
        Assert.Equal(name, Assert.Single(server.Questions).Name);
    }

    private static ValueTask<DnsAnswer> AskAsync(DnsResolver resolver) => resolver.ResolveAsync("a.test", DnsRecordType.A, CancellationToken.None);

    private WireServer Serve(Func<WireQuestion, WireReply?> answer)
    {
        WireServer server = WireServer.Start(answer);
        _servers.Add(server);
        return server;
    }

    private DnsResolver Create(WireServer server) => Create(new DnsOptions { Servers = [server.Address], Retries = 0 });

    private DnsResolver Create(DnsOptions options) => new(options, _time, _metrics);
}
