using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Domains;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Policy;

/// <summary>§8.8 of the design: what the way of a recipient is known not to carry is refused at RCPT.</summary>
public sealed class RouteAbilityTests
{
    private const string Utf8Recipient = "j\u00c3\u00bcrgen@xn--bcher-kva.example";

    [Theory]
    [InlineData(Ability.Yes, "a@b.example", Utf8Recipient, "250")]
    [InlineData(Ability.Unknown, "a@b.example", Utf8Recipient, "250")]
    [InlineData(Ability.No, "a@b.example", Utf8Recipient, "553 5.6.7")]
    [InlineData(Ability.No, "a@b.example", "user@example.com", "250")]
    [InlineData(Ability.No, "a@b.example", "user@b\u00c3\u00bccher.example", "250")]
    [InlineData(Ability.No, "\u00c3\u00bc@b.example", "user@example.com", "553 5.6.7")]
    [InlineData(Ability.No, "a@\u00c3\u00bc.example", "user@example.com", "250")]
    [InlineData(Ability.No, "", "user@example.com", "250")]
    public async Task Smtputf8_WhereItsNeedAndTheRouteSay_IsRefused(Ability ability, string sender, string recipient, string expected)
    {
        await using SessionHost host = Host(new RouteAbilities(ability, Ability.Yes));
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync($"MAIL FROM:<{sender}> SMTPUTF8", "250");
        await client.CommandAsync($"RCPT TO:<{recipient}>", expected);
        bool isRefused = expected[0] == '5';
        Assert.Equal(isRefused ? 1 : 0, host.Value(SessionMetrics.Recipients, "mx", "no-smtputf8"));
        Assert.Equal(isRefused, host.Events.Lines.Any(static line => line.Contains("\"reason\":\"no-smtputf8\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(Ability.Yes, "BINARYMIME", "250")]
    [InlineData(Ability.Unknown, "BINARYMIME", "554 5.6.3")]
    [InlineData(Ability.No, "BINARYMIME", "554 5.6.3")]
    [InlineData(Ability.No, "8BITMIME", "250")]
    [InlineData(Ability.No, "7BIT", "250")]
    public async Task Binarymime_UnlessTheRouteTakesIt_IsRefused(Ability ability, string body, string expected)
    {
        await using SessionHost host = Host(new RouteAbilities(Ability.Yes, ability), static listener => listener.Smtp.BinaryMime = true);
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync($"MAIL FROM:<a@b.example> BODY={body}", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", expected);
        Assert.Equal(expected[0] == '5' ? 1 : 0, host.Value(SessionMetrics.Recipients, "mx", "no-binarymime"));
    }

    [Fact]
    public async Task Qmtp_AddressThatTheRouteCannotCarry_IsD()
    {
        await using SessionHost host = Host(new RouteAbilities(Ability.No, Ability.No), static listener => listener.Protocol = SessionProtocol.Qmtp);
        TestClient client = host.Connect();
        await client.SendAsync(Qmtp.QmtpWire.Package("\nhi\n", "a@b.example", Utf8Recipient, "user@example.com"));
        Assert.StartsWith("DNon-ASCII addresses not taken", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Postmaster_IsJudgedByWhereHisMailGoes()
    {
        await using SessionHost host = Host(default);
        host.Current = host.Current with { Routes = new ByDomain("example.com") };
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<\u00c3\u00bc@b.example> SMTPUTF8", "250");
        await client.CommandAsync("RCPT TO:<postmaster@any.example.com>", "553 5.6.7");
        await client.CommandAsync("RCPT TO:<x@any.example.com>", "250");
    }

    private static SessionHost Host(RouteAbilities abilities, Action<ListenerOptions>? configure = null)
    {
        SessionHost host = new(configure);
        host.Current = host.Current with { Routes = new FixedRouteAbilities(abilities) };
        return host;
    }

    /// <summary>One domain whose way takes nothing.</summary>
    private sealed class ByDomain(string domain) : IRouteAbilities
    {
        public RouteAbilities Find(MailPath recipient) => recipient.DomainALabel == domain ? new RouteAbilities(Ability.No, Ability.No) : default;
    }
}
