using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Dns;
using EdgeSmtp.Filters.Rbl;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Dns;

/// <summary>Everything that a list can say, said by a real rbldnsd: to the filter, under the driver, through the resolver.</summary>
public sealed class RblListsAgainstRbldnsdTests(RblListsAgainstRbldnsdTests.Server server) : IClassFixture<RblListsAgainstRbldnsdTests.Server>
{
    // What 127.0.0.2 and its kind mean differs from list to list, so the operator says which answers count.
    [Theory]
    [InlineData("198.51.100.1", null)]
    [InlineData("198.51.100.2", "listed")]
    [InlineData("198.51.100.11", "listed")]
    [InlineData("198.51.100.12", null)]
    [InlineData("198.51.100.13", null)]
    public async Task Answers_Pattern_DecidesWhatCounts(string client, string? token) =>
        Assert.Equal(token, (await RunAsync(new RblZoneOptions { Zone = "codes.test", Answers = ["127.0.0.[2..11]"] }, client)).Reason?.Token);

    // 127.255.255.x: the list refuses to answer us. Never a listing.
    [Theory]
    [InlineData("198.51.100.252", OnLookupFailure.Continue, null)]
    [InlineData("198.51.100.254", OnLookupFailure.Continue, null)]
    [InlineData("198.51.100.255", OnLookupFailure.Defer, "lookup-failed")]
    public Task ErrorCode_IsAFailureNotAListing(string client, OnLookupFailure policy, string? token) => AssertFailedAsync("codes.test", client, policy, token);

    [Theory]
    [InlineData(2.0, "listed", 550)]
    [InlineData(2.5, "listed", 550)]
    [InlineData(3.0, null, null)]
    public async Task Weights_OfTwoLists_AreComparedWithTheThreshold(double threshold, string? token, int? code)
    {
        RblFilterOptions options = new()
        {
            Threshold = threshold,
            Zones = [new() { Zone = "bl.test", Weight = 1.5, Reply = RblReply.Defer }, new() { Zone = "codes.test", Weight = 1 }],
        };
        Verdict verdict = await RunAsync(options, "192.0.2.2");
        Assert.Equal((token, code), (verdict.Reason?.Token, (int?)verdict.Reason?.Code));
    }

    [Fact]
    public async Task Reply_Defer_Is450WithTheListsText()
    {
        Verdict verdict = await RunAsync(new RblZoneOptions { Zone = "bl.test", Reply = RblReply.Defer, IncludeTxt = true }, "192.0.2.3");
        Assert.Equal(("listed-for-now", (int?)450, "Listed, see http://bl.test/192.0.2.3"), (verdict.Reason?.Token, (int?)verdict.Reason?.Code, verdict.Reason?.Text));
    }

    [Theory]
    [InlineData("192.0.2.1", null)]
    [InlineData("192.0.2.2", "listed")]
    [InlineData("2001:db8:bad::1", null)]
    [InlineData("2001:db8:bad::2", "listed")]
    public async Task AllowList_OverrulesBlockLists(string client, string? token)
    {
        RblFilterOptions options = new()
        {
            Zones =
            [
                new() { Zone = "wl.test", Kind = RblKind.Allow }, new() { Zone = "wl6.test", Kind = RblKind.Allow }, new() { Zone = "bl.test", Weight = 100 }, new() { Zone = "bl6.test" },
            ],
        };
        Assert.Equal(token, (await RunAsync(options, client)).Reason?.Token);
    }

    [Theory]
    [InlineData(RblSubject.Hello, "mail.bad.example", "x@good.example", "helo-listed")]
    [InlineData(RblSubject.Hello, "mail.good.example", "x@bad.example", null)]
    [InlineData(RblSubject.Sender, "mail.bad.example", "x@Sub.Bad.example", "sender-listed")]
    [InlineData(RblSubject.Sender, "mail.bad.example", "x@good.example", null)]
    [InlineData(RblSubject.Sender, "mail.bad.example", "", null)]
    public async Task DomainList_JudgesHelloOrSender(RblSubject subject, string hello, string sender, string? token) =>
        Assert.Equal(token, (await RunAsync(new RblZoneOptions { Zone = "dbl.test", Subject = subject }, "192.0.2.200", hello, sender)).Reason?.Token);

    [Fact]
    public async Task DomainList_JudgesTheClientsName()
    {
        RblFilterOptions options = new() { SkipNonGlobal = false, Zones = [new() { Zone = "dbl.test", Subject = RblSubject.ClientName, IncludeTxt = true }] };
        Verdict verdict = await RunAsync(options, "192.0.2.200", clientName: "dsl-7.bad.example");
        Assert.Equal(("client-name-listed", "Listed domain"), (verdict.Reason?.Token, verdict.Reason?.Text));
    }

    // RFC 5782 §5, each as a real server shows it.
    [Theory]
    [InlineData("bl.test", RblSubject.Client, "Information: List bl.test passed its test")]
    [InlineData("bl6.test", RblSubject.Client, "Information: List bl6.test passed its test")]
    [InlineData("dbl.test", RblSubject.Sender, "Information: List dbl.test passed its test")]
    [InlineData("dead.test", RblSubject.Client, "Error: List dead.test does not list 2.0.0.127.dead.test")]
    [InlineData("everything.test", RblSubject.Client, "Error: List everything.test lists 1.0.0.127.everything.test")]
    [InlineData("unknown.test", RblSubject.Client, "Warning: List unknown.test could not be tested")]
    public async Task Start_EveryKindOfZone_IsToldApart(string zone, RblSubject subject, string line)
    {
        using LogRecorder log = new();
        await using FilterPipeline pipeline = Build(new() { Zones = [new() { Zone = zone, Subject = subject }] }, log);
        await Until.TrueAsync(() => log.Lines.Count > 0, Until.Soon, () => "nothing was logged");
        Assert.StartsWith(line, log.Lines.First(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ZoneThatListsEverything_RefusesNobodyOnceFoundOut()
    {
        using LogRecorder log = new();
        RblFilterOptions options = new() { SkipNonGlobal = false, Zones = [new() { Zone = "everything.test" }] };
        await using FilterPipeline pipeline = Build(options, log);
        await Until.TrueAsync(() => log.Lines.Count > 0, Until.Soon, () => "nothing was logged");
        Assert.Null((await RunAsync(pipeline, "203.0.113.9", "c.example", "x@y.example", null)).Reason);
    }

    // REFUSED is not "no such name": an unknown zone is a failure, open or closed as the operator wants it.
    [Theory]
    [InlineData(OnLookupFailure.Continue, null)]
    [InlineData(OnLookupFailure.Defer, "lookup-failed")]
    public Task ZoneThatTheServerRefuses_FollowsThePolicy(OnLookupFailure policy, string? token) => AssertFailedAsync("unknown.test", "192.0.2.2", policy, token);

    private async Task AssertFailedAsync(string zone, string client, OnLookupFailure policy, string? token)
    {
        using LogRecorder log = new();
        await using FilterPipeline pipeline = Build(new() { SkipNonGlobal = false, OnLookupFailure = policy, Zones = [new() { Zone = zone, SelfTest = false }] }, log);
        Verdict verdict = await RunAsync(pipeline, client, "c.example", "x@y.example", null);
        Assert.Equal((token, token is null ? VerdictKind.Continue : VerdictKind.Defer), (verdict.Reason?.Token, verdict.Kind));
        Assert.StartsWith($"Warning: List {zone} cannot be asked", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    private Task<Verdict> RunAsync(RblZoneOptions zone, string client, string hello = "c.example", string sender = "x@y.example") =>
        RunAsync(new RblFilterOptions { Zones = [zone] }, client, hello, sender);

    private async Task<Verdict> RunAsync(RblFilterOptions options, string client, string hello = "c.example", string sender = "x@y.example", string? clientName = null)
    {
        using LogRecorder log = new();

        // The addresses of examples are no client of the Internet.
        await using FilterPipeline pipeline = Build(options with { SkipNonGlobal = false }, log);
        return await RunAsync(pipeline, client, hello, sender, clientName);
    }

    private static async Task<Verdict> RunAsync(FilterPipeline pipeline, string client, string hello, string sender, string? clientName)
    {
        using TestSession session = new() { ClientEndPoint = new IPEndPoint(IPAddress.Parse(client), 40000), HelloText = hello, ReverseDns = clientName };
        TestTransaction transaction = new(session, sender);
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        await run.ConnectAsync();
        await run.HelloAsync();
        await run.MailAsync(transaction);
        return await run.RcptAsync(transaction, transaction.Ask("rcpt@example.com"));
    }

    private FilterPipeline Build(RblFilterOptions options, LogRecorder log)
    {
        PipelineBuilder builder = new(server.Resolver, TimeProvider.System, new MetricRecorder(), new EventRecorder(TimeProvider.System), log);
        FilterInstance instance = new("lists", Registrations.Single(static filters => filters.AddRbl()), options, new DriverOptions());
        List<string> errors = [];
        FilterPipeline? pipeline = builder.Build(
            [new PipelineStep("lists", [instance])], new Dictionary<string, IReadOnlyDictionary<string, FilterInstance>>(StringComparer.Ordinal), errors);
        Assert.Empty(errors);
        return pipeline!;
    }

    /// <summary>One list server for the whole class.</summary>
    public sealed class Server : IAsyncLifetime
    {
        private Rbldnsd? _lists;
        private DnsResolver? _resolver;

        public DnsResolver Resolver => _resolver ?? throw new InvalidOperationException("The server is not started.");

        public async ValueTask InitializeAsync()
        {
            _lists = await Rbldnsd.StartAsync(
                RbldnsdZone.Of("wl.test", "ip4trie", ":127.0.0.2:Friend", "127.0.0.2", "192.0.2.1"),
                RbldnsdZone.Of("wl6.test", "ip6trie", ":127.0.0.2:Friend", "::ffff:7f00:2", "2001:db8:bad::1"),
                RbldnsdZone.Of(
                    "codes.test", "ip4trie", "127.0.0.2 :127.0.0.2:", "192.0.2.2 :127.0.0.3:", "198.51.100.1 :127.0.0.1:", "198.51.100.2 :127.0.0.2:", "198.51.100.11 :127.0.0.11:",
                    "198.51.100.12 :127.0.0.12:", "198.51.100.252 :127.255.255.252:", "198.51.100.254 :127.255.255.254:", "198.51.100.255 :127.255.255.255:"),
                RbldnsdZone.Of("dbl.test", "dnset", ":127.0.1.2:Listed domain", "test", ".bad.example"),
                RbldnsdZone.Of("dead.test", "ip4trie", ":127.0.0.2:", "192.0.2.77"),
                RbldnsdZone.Of("everything.test", "ip4trie", ":127.0.0.2:", "0.0.0.0/0"));
            _resolver = new DnsResolver(new DnsOptions { Servers = [$"127.0.0.1:{_lists.Port}"], Timeout = TimeSpan.FromMilliseconds(500), Retries = 0 }, TimeProvider.System, new MetricRecorder());
        }

        public async ValueTask DisposeAsync()
        {
            _resolver?.Dispose();
            if (_lists is not null)
                await _lists.DisposeAsync();
        }
    }
}
