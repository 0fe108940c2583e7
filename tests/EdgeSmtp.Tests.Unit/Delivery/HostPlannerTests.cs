using System.Net;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Delivery.Attempts;
using EdgeSmtp.Delivery.Hosts;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Testing.Dns;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Delivery;

/// <summary>Ruling §8.22: RFC 5321 §5.1, RFC 7505.</summary>
public sealed class HostPlannerTests
{
    private readonly FakeDns _dns = new();

    [Fact]
    public async Task Plan_SeveralPreferences_BestFirst()
    {
        _dns.AddMx("example.net", 20, "b.example.net").AddMx("example.net", 10, "a.example.net").AddMx("example.net", 30, "c.example.net");
        _dns.AddAddress("a.example.net", "192.0.2.1").AddAddress("b.example.net", "192.0.2.2", "2001:db8::2").AddAddress("c.example.net", "192.0.2.3");
        HostPlan plan = await PlanAsync();
        Assert.Equal(["192.0.2.1", "2001:db8::2", "192.0.2.2", "192.0.2.3"], Addresses(plan));
        Assert.Equal(["a.example.net", "b.example.net", "b.example.net", "c.example.net"], plan.Addresses.Select(address => address.Name));
        Assert.All(plan.Addresses, address => Assert.Equal(25, ((IPEndPoint)address.EndPoint).Port));
    }

    [Fact]
    public async Task Plan_EqualPreferences_AreShuffled()
    {
        for (int i = 1; i <= 5; i++) _dns.AddMx("example.net", 10, $"m{i}.example.net").AddAddress($"m{i}.example.net", $"192.0.2.{i}");
        HashSet<string> firsts = [];
        for (int seed = 0; seed < 50; seed++) firsts.Add(Addresses(await PlanAsync(random: new Random(seed)))[0]);
        Assert.Equal(5, firsts.Count);
    }

    [Fact]
    public async Task Plan_NoMx_DomainIsItsOwnExchanger()
    {
        _dns.AddAddress("example.net", "192.0.2.9");
        Assert.Equal(["192.0.2.9"], Addresses(await PlanAsync()));
    }

    [Fact]
    public async Task Plan_NullMx_FailsAtOnceWith556() // RFC 7505 §3
    {
        _dns.AddMx("example.net", 0, string.Empty).AddAddress("example.net", "192.0.2.9");
        AssertFailure(await PlanAsync(), DispositionKind.Permanent, "5.1.10", 556);
    }

    [Fact]
    public async Task Plan_EmptyNameBesideOthers_IsNoNullMx()
    {
        _dns.AddMx("example.net", 0, string.Empty).AddMx("example.net", 10, "a.example.net").AddAddress("a.example.net", "192.0.2.1");
        Assert.Equal(["192.0.2.1"], Addresses(await PlanAsync()));
    }

    [Fact]
    public async Task Plan_DomainDoesNotExist_FailsForGood() => AssertFailure(await PlanAsync(), DispositionKind.Permanent, "5.1.2");

    [Theory]
    [InlineData(DnsStatus.TemporaryFailure)]
    [InlineData(DnsStatus.Bogus)]
    public async Task Plan_MxLookupFails_IsTemporaryAndNeverTheAddress(DnsStatus status)
    {
        _dns.AddAddress("example.net", "192.0.2.9").Fail("example.net", status);
        AssertFailure(await PlanAsync(), DispositionKind.Temporary, "4.4.3");
    }

    [Fact]
    public async Task Plan_OneExchangersAddressFails_OthersAreTried()
    {
        _dns.AddMx("example.net", 10, "a.example.net").AddMx("example.net", 20, "b.example.net").Fail("a.example.net").AddAddress("b.example.net", "192.0.2.2");
        Assert.Equal(["192.0.2.2"], Addresses(await PlanAsync()));
    }

    [Fact]
    public async Task Plan_AllExchangersAddressesFail_IsTemporary()
    {
        _dns.AddMx("example.net", 10, "a.example.net").AddMx("example.net", 20, "gone.example.net").Fail("a.example.net");
        AssertFailure(await PlanAsync(), DispositionKind.Temporary, "4.4.3");
    }

    [Fact]
    public async Task Plan_ExchangersWithoutAddress_FailForGood() // RFC 5321 §5.1
    {
        _dns.AddMx("example.net", 10, "gone.example.net");
        AssertFailure(await PlanAsync(), DispositionKind.Permanent, "5.4.4");
    }

    [Fact]
    public async Task Plan_OwnNameAmongExchangers_ItAndAllWorseAreDropped()
    {
        _dns.AddMx("example.net", 10, "a.example.net").AddMx("example.net", 20, "EDGE.example.test").AddMx("example.net", 20, "b.example.net").AddMx("example.net", 30, "c.example.net");
        for (char c = 'a'; c <= 'c'; c++) _dns.AddAddress($"{c}.example.net", $"192.0.2.{c - 'a' + 1}");
        // Whatever the order within the preference of ours, only what is better is left.
        for (int seed = 0; seed < 20; seed++) Assert.Equal(["192.0.2.1"], Addresses(await PlanAsync(random: new Random(seed))));
    }

    [Fact]
    public async Task Plan_OwnListenersAddressAmongExchangers_ItAndAllWorseAreDropped()
    {
        _dns.AddMx("example.net", 10, "a.example.net").AddMx("example.net", 20, "us.example.net").AddMx("example.net", 30, "c.example.net");
        _dns.AddAddress("a.example.net", "192.0.2.1").AddAddress("us.example.net", "203.0.113.5").AddAddress("c.example.net", "192.0.2.3");
        OwnIdentity self = new(["edge.example.test"], [new IPEndPoint(IPAddress.Any, 25)], [IPAddress.Parse("203.0.113.5")]);
        Assert.Equal(["192.0.2.1"], Addresses(await PlanAsync(self: self)));
    }

    [Fact]
    public async Task Plan_OnlyOurselves_LoopsBack()
    {
        _dns.AddMx("example.net", 10, "edge.example.test").AddMx("example.net", 20, "c.example.net").AddAddress("c.example.net", "192.0.2.3");
        AssertFailure(await PlanAsync(), DispositionKind.Permanent, "5.4.6");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("192.168.1.1")]
    [InlineData("172.20.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fd00::1")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task Plan_SpecialAddress_IsRefusedUnlessAllowed(string address)
    {
        _dns.AddMx("example.net", 10, "a.example.net").AddAddress("a.example.net", address);
        AssertFailure(await PlanAsync(), DispositionKind.Permanent, "5.4.4");
        Assert.Single((await PlanAsync(new RouteOptions { AllowPrivateTargets = true })).Addresses);
    }

    [Fact]
    public async Task Plan_PrivateAndPublic_OnlyThePublicOneIsTried()
    {
        _dns.AddMx("example.net", 10, "a.example.net").AddAddress("a.example.net", "10.0.0.1", "192.0.2.1");
        Assert.Equal(["192.0.2.1"], Addresses(await PlanAsync()));
    }

    [Fact]
    public async Task Plan_MxPort_IsUsed()
    {
        _dns.AddMx("example.net", 10, "a.example.net").AddAddress("a.example.net", "192.0.2.1");
        HostPlan plan = await PlanAsync(new RouteOptions { MxPort = 2525 });
        Assert.Equal(2525, ((IPEndPoint)plan.Addresses[0].EndPoint).Port);
    }

    [Theory]
    [InlineData("[192.0.2.7]", "192.0.2.7")]
    [InlineData("[IPv6:2001:db8::7]", "2001:db8::7")]
    public async Task Plan_AddressLiteral_GoesThereDirectly(string domain, string address) // RFC 5321 §4.1.3
    {
        Assert.Equal([address], Addresses(await PlanAsync(domain: domain)));
        Assert.Empty(_dns.Questions);
    }

    [Fact]
    public async Task Plan_PrivateAddressLiteral_IsRefused() => AssertFailure(await PlanAsync(domain: "[127.0.0.1]"), DispositionKind.Permanent, "5.4.4");

    [Fact]
    public async Task Plan_NextHops_AreTakenInOrderAndMayBePrivate()
    {
        _dns.AddAddress("mail.internal", "10.0.0.5").AddMx("mail.internal", 10, "elsewhere.example");
        HostPlan plan = await PlanAsync(new RouteOptions { NextHop = ["10.0.0.4:26", "mail.internal:2525"] });
        Assert.Equal(["10.0.0.4:26", "10.0.0.5:2525"], plan.Addresses.Select(address => address.EndPoint.ToString()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Plan_NextHopCannotBeLookedUp_IsAlwaysTemporary(bool fails)
    {
        if (fails) _dns.Fail("mail.internal");
        AssertFailure(await PlanAsync(new RouteOptions { NextHop = ["mail.internal"] }), DispositionKind.Temporary, "4.4.3");
    }

    [Fact]
    public async Task Plan_NextHopTurnsOutToBeUs_IsTemporary()
    {
        _dns.AddAddress("mail.internal", "203.0.113.5");
        OwnIdentity self = new([], [new IPEndPoint(IPAddress.Parse("203.0.113.5"), 25)], []);
        AssertFailure(await PlanAsync(new RouteOptions { NextHop = ["mail.internal"] }, self: self), DispositionKind.Temporary, "4.3.5");
    }

    private async Task<HostPlan> PlanAsync(RouteOptions? route = null, string domain = "example.net", OwnIdentity? self = null, Random? random = null)
    {
        await using DeliveryCase world = new();
        world.Routes["r"] = route ?? new RouteOptions();
        Route made = world.BuildSnapshot().Routes.Routes["r"];
        HostPlanner planner = new(_dns, self ?? new OwnIdentity(["edge.example.test"], [], []), random ?? new Random(1));
        return await planner.PlanAsync(made, domain, CancellationToken.None);
    }

    private static string[] Addresses(HostPlan plan) => [.. plan.Addresses.Select(address => ((IPEndPoint)address.EndPoint).Address.ToString())];

    private static void AssertFailure(HostPlan plan, DispositionKind kind, string status, int? code = null)
    {
        Assert.Empty(plan.Addresses);
        Assert.Equal((kind, status), (plan.Failure!.Kind, plan.Failure.Status));
        if (code is not null) Assert.Equal(code, plan.Failure.Code);
    }
}
