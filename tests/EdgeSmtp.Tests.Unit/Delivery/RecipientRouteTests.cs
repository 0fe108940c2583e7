using EdgeSmtp.Client.Smtp;
using EdgeSmtp.Core.Domains;
using EdgeSmtp.Delivery;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Tests.Unit.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Delivery;

public sealed class RecipientRouteTests
{
    private static readonly SmtpCapabilities Everything = new() { SmtpUtf8 = true, BinaryMime = true, Chunking = true };

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData(TransportKind.Maildir, Ability.Yes, Ability.Yes)]
    [InlineData(TransportKind.Discard, Ability.Yes, Ability.Yes)]
    [InlineData(TransportKind.Qmtp, Ability.Yes, Ability.No)]
    [InlineData(TransportKind.Lmtp, Ability.Unknown, Ability.Unknown)]
    [InlineData(TransportKind.Smtp, Ability.Unknown, Ability.Unknown)]
    public void Route_ThatNobodyHasTried_IsAsItsTransport(TransportKind transport, Ability utf8, Ability binary) =>
        Assert.Equal(new RouteAbilities(utf8, binary), Find(Table(Options(transport)), new HopOffers(_time)));

    [Theory]
    [InlineData(true, Ability.Yes)]
    [InlineData(false, Ability.No)]
    public void Route_WithAnOption_IsAsItSays(bool option, Ability expected)
    {
        RouteOptions options = Options(TransportKind.Smtp);
        options.SmtpUtf8 = option;
        options.BinaryMime = option;
        RouteTable table = Table(options);
        HopOffers offers = new(_time);
        offers.Note(table.Routes["r"], string.Empty, option ? SmtpCapabilities.None : Everything);
        Assert.Equal(new RouteAbilities(expected, expected), Find(table, offers));
    }

    [Fact]
    public void Offer_IsRememberedForAnHourAndReplacedByTheNext()
    {
        RouteTable table = Table(Options(TransportKind.Smtp));
        HopOffers offers = new(_time);
        offers.Note(table.Routes["r"], string.Empty, Everything);
        Assert.Equal(new RouteAbilities(Ability.Yes, Ability.Yes), Find(table, offers));
        offers.Note(table.Routes["r"], string.Empty, SmtpCapabilities.None);
        Assert.Equal(new RouteAbilities(Ability.No, Ability.No), Find(table, offers));
        _time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        Assert.Equal(Ability.No, Find(table, offers).SmtpUtf8);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(default, Find(table, offers));
    }

    [Fact]
    public void Offer_IsKnownAfterAReloadThatLeavesTheRouteAsItIs()
    {
        HopOffers offers = new(_time);
        offers.Note(Table(Options(TransportKind.Smtp)).Routes["r"], string.Empty, Everything);
        Assert.Equal(Ability.Yes, Find(Table(Options(TransportKind.Smtp)), offers).BinaryMime);
        RouteOptions other = Options(TransportKind.Smtp);
        other.NextHop = ["127.0.0.2:2525"];
        Assert.Equal(Ability.Unknown, Find(Table(other), offers).BinaryMime);
    }

    [Fact]
    public void Offer_OfBinaryWithoutChunks_IsNone()
    {
        RouteOptions options = Options(TransportKind.Smtp);
        options.Chunking = false;
        RouteTable table = Table(options);
        HopOffers offers = new(_time);
        offers.Note(table.Routes["r"], string.Empty, Everything);
        Assert.Equal(new RouteAbilities(Ability.Yes, Ability.No), Find(table, offers));
    }

    [Fact]
    public void Offer_OfMailExchangers_IsOfOneDomain()
    {
        RouteTable table = Table(new RouteOptions());
        HopOffers offers = new(_time);
        offers.Note(table.Routes["r"], "b.example", SmtpCapabilities.None);
        Assert.Equal(default, Find(table, offers));
        offers.Note(table.Routes["r"], "a.example", SmtpCapabilities.None);
        Assert.Equal(Ability.No, Find(table, offers).SmtpUtf8);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void Offers_OverTheLimit_DropTheOldest(int destinations, bool isKept)
    {
        RouteTable table = Table(new RouteOptions());
        HopOffers offers = new(_time, entriesMax: 2);
        offers.Note(table.Routes["r"], "a.example", Everything);
        for (int i = 1; i < destinations; i++)
        {
            offers.Note(table.Routes["r"], $"{i}.example", Everything);
        }

        Assert.Equal(isKept ? Ability.Yes : Ability.Unknown, Find(table, offers).SmtpUtf8);
    }

    [Fact]
    public async Task Delivery_OverANewConnection_RemembersWhatItOffered()
    {
        await using FakeSmtpServer server = new();
        await using DeliveryCase world = new DeliveryCase().RouteTo("example.net", TransportKind.Smtp, server.EndPoint).Start();
        RecipientRoutes routes = new(world.Snapshots.Current.Routes, world.Offers);
        Assert.Equal(Ability.Unknown, routes.Find(ClientCase.Path("u@example.net")).SmtpUtf8);
        await world.DeliverAsync("s@example.org", "u@example.net");
        Assert.Equal(new RouteAbilities(Ability.No, Ability.No), routes.Find(ClientCase.Path("u@example.net")));
    }

    private static RouteOptions Options(TransportKind transport) =>
        new() { Transport = transport, NextHop = transport is TransportKind.Maildir or TransportKind.Discard ? [] : ["127.0.0.1:2525"] };

    private static RouteTable Table(RouteOptions options)
    {
        List<string> errors = [];
        DeliveryOptions common = new DeliveryOptions { Hostname = "mx.example.org", Postmaster = ClientCase.Path("postmaster@a.example"), DataDirectory = "/nowhere" };
        RouteTable? table = RouteTable.Create(new Dictionary<string, RouteOptions> { ["r"] = options }, new DomainTable([new DomainEntry("a.example", new AnyRecipient(), "r")]), common, static _ => null, errors);
        Assert.Empty(errors);
        return table!;
    }

    private static RouteAbilities Find(RouteTable table, HopOffers offers) => new RecipientRoutes(table, offers).Find(ClientCase.Path("user@a.example"));
}
