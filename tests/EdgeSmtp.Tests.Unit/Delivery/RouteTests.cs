using System.Net;
using EdgeSmtp.Client.Net;
using EdgeSmtp.Core.Domains;
using EdgeSmtp.Delivery.Hosts;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Tests.Unit.Client;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Delivery;

public sealed class RouteTests
{
    [Theory]
    [InlineData("mail.example.net", "mail.example.net", 25)]
    [InlineData("Mail.Example.net:2525", "mail.example.net", 2525)]
    [InlineData("192.0.2.1", "192.0.2.1", 25)]
    [InlineData("192.0.2.1:26", "192.0.2.1", 26)]
    [InlineData("[2001:db8::1]:26", "2001:db8::1", 26)]
    [InlineData("[2001:db8::1]", "2001:db8::1", 25)]
    [InlineData("2001:db8::1", "2001:db8::1", 25)]
    [InlineData("unix:/run/lmtp", "/run/lmtp", 0)]
    public void NextHop_WellFormed_IsRead(string text, string host, int port)
    {
        NextHop hop = NextHop.Parse(text, 25)!;
        Assert.Equal((host, port), (hop.Host, hop.Port));
    }

    [Theory]
    [InlineData("")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:port")]
    [InlineData("two words:25")]
    [InlineData(":25")]
    public void NextHop_Malformed_IsNone(string text) => Assert.Null(NextHop.Parse(text, 25));

    [Theory]
    [InlineData(nameof(RouteOptions.NextHop))]
    [InlineData(nameof(RouteOptions.RetryDelays))]
    [InlineData(nameof(RouteOptions.SourceAddresses))]
    [InlineData(nameof(RouteOptions.SoftBounce))]
    [InlineData(nameof(RouteOptions.Tls))]
    [InlineData(nameof(EdgeSmtp.Delivery.DeliveryOptions.ConnectTimeout))]
    public async Task Equals_SomethingChanged_IsAnotherRoute(string change)
    {
        await using DeliveryCase world = new();
        Route before = Same(world, static _ => { });
        Assert.Equal(before, Same(world, static _ => { }));
        if (change == nameof(EdgeSmtp.Delivery.DeliveryOptions.ConnectTimeout)) world.Options = world.Options with { ConnectTimeout = TimeSpan.FromSeconds(1) };
        Route after = Same(world, options =>
        {
            switch (change)
            {
                case nameof(RouteOptions.NextHop):
                    options.NextHop = ["mail.example.net", "second.example.net"];
                    break;
                case nameof(RouteOptions.RetryDelays):
                    options.RetryDelays = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3)];
                    break;
                case nameof(RouteOptions.SourceAddresses):
                    options.SourceAddresses = [IPAddress.Parse("192.0.2.2")];
                    break;
                case nameof(RouteOptions.SoftBounce):
                    options.SoftBounce = true;
                    break;
                case nameof(RouteOptions.Tls):
                    options.Tls = ClientTlsMode.Require;
                    break;
            }
        });
        Assert.NotEqual(before, after);
    }

    [Fact]
    public async Task Find_Domains_TakeTheirRouteAndOthersTheDefault()
    {
        await using DeliveryCase world = new();
        world.Routes["local"] = new RouteOptions { Transport = TransportKind.Maildir };
        world.Routes["relay"] = new RouteOptions { NextHop = ["relay.example.net"] };
        world.Routes["bounces"] = new RouteOptions { NextHop = ["bounce.example.net"] };
        world.Domains["example.test"] = "local";
        world.Domains["edge.example.test"] = "local";
        world.Domains[".sub.test"] = "relay";
        world.Options = world.Options with { DefaultRoute = "relay", BounceRoute = "bounces" };
        RouteTable routes = world.BuildSnapshot().Routes;

        Assert.Equal("local", Name(routes, "u@example.test"));
        Assert.Equal("relay", Name(routes, "u@a.sub.test"));
        Assert.Equal("relay", Name(routes, "u@elsewhere.example"));
        Assert.Equal("bounces", Name(routes, "u@elsewhere.example", isNullSender: true));
        // What comes from the null sender to our own mailboxes still reaches them.
        Assert.Equal("local", Name(routes, "u@example.test", isNullSender: true));
        Assert.Equal("local", Name(routes, "Postmaster"));
    }

    [Fact]
    public async Task Find_NothingConfigured_GoesByMx()
    {
        await using DeliveryCase world = new();
        RouteTable routes = world.BuildSnapshot().Routes;
        Assert.True(routes.Find(ClientCase.Path("u@example.net"), isNullSender: false).UsesMx);
    }

    [Fact]
    public void Create_Mistakes_AreAllReported()
    {
        Dictionary<string, RouteOptions> options = new()
        {
            ["a"] = new() { Transport = TransportKind.Lmtp },
            ["b"] = new() { Transport = TransportKind.Maildir, NextHop = ["x"], Path = "/all" },
            ["c"] = new() { NextHop = ["bad host"], Concurrency = 0, RetryDelays = [TimeSpan.Zero], Certificate = "none", MxPort = 0, RecipientsPerTransactionMax = 0 },
            ["d"] = new() { Transport = TransportKind.Qmtp, NextHop = ["x"], Tls = ClientTlsMode.Require },
        };
        DomainTable domains = new([new DomainEntry("example.test", new AnyRecipient(), "missing")]);
        EdgeSmtp.Delivery.DeliveryOptions common = new() { Hostname = "not a name", Postmaster = ClientCase.Path("postmaster"), DataDirectory = "/x", DefaultRoute = "gone", RemoteConcurrencyMax = 0, MaildirThreads = 0 };
        List<string> errors = [];
        Assert.Null(RouteTable.Create(options, domains, common, static _ => null, errors));

        foreach (string start in new[]
        {
            "Routes:a:NextHop", "Routes:b:NextHop", "Routes:b:Path", "Routes:c:NextHop:0", "Routes:c:Concurrency", "Routes:c:RetryDelays", "Routes:c:Certificate", "Routes:c:MxPort",
            "Routes:c:RecipientsPerTransactionMax", "Routes:d:Tls", "Domains:example.test:Route", "DefaultRoute", "Hostname", "Postmaster", "Delivery:RemoteConcurrencyMax", "Delivery:MaildirThreads",
        })
            Assert.Contains(errors, error => error.StartsWith(start, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("127.0.0.1:2525", true)]
    [InlineData("localhost:2525", true)]
    [InlineData("edge.example.test:2525", true)]
    [InlineData("203.0.113.5:2525", true)]
    [InlineData("[::1]:2525", true)]
    [InlineData("203.0.113.6:2525", false)]
    [InlineData("127.0.0.1:2526", false)]
    [InlineData("edge.example.test:2526", false)]
    [InlineData("other.example.test:2525", false)]
    public async Task LoopCheck_NextHopIsOurListener_IsAnError(string hop, bool loops) // Ruling §8.22
    {
        await using DeliveryCase world = new();
        world.Routes["r"] = new RouteOptions { NextHop = [hop] };
        OwnIdentity self = new(["edge.example.test"], [new IPEndPoint(IPAddress.IPv6Any, 2525)], [IPAddress.Parse("203.0.113.5")]);
        Assert.Equal(loops ? 1 : 0, RouteLoopCheck.Find(world.BuildSnapshot().Routes, self).Count);
    }

    private static string Name(RouteTable routes, string recipient, bool isNullSender = false) => routes.Find(ClientCase.Path(recipient), isNullSender).Name;

    /// <summary>A route made anew from a configuration that says the same, but for the change.</summary>
    private static Route Same(DeliveryCase world, Action<RouteOptions> change)
    {
        RouteOptions options = new()
        {
            NextHop = ["mail.example.net"],
            RetryDelays = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)],
            SourceAddresses = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")],
        };
        change(options);
        world.Routes["same"] = options;
        return world.BuildSnapshot().Routes.Routes["same"];
    }
}
