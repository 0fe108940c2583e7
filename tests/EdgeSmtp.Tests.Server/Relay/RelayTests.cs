using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Tests.Server.Harness;
using EdgeSmtp.Tests.Server.Qmtp;
using Xunit;

namespace EdgeSmtp.Tests.Server.Relay;

/// <summary>§8.2 of the design: every way to ask for relaying, over SMTP and QMTP, gets nothing relayed.</summary>
public sealed class RelayTests
{
    /// <summary>Forward-paths and the codes that may answer them: of SMTP, and the letter of QMTP.</summary>
    public static TheoryData<string, string, string> Forms() => new()
    {
        { "victim@elsewhere.example", "550 5.7.1", "D" },
        { "VICTIM@ELSEWHERE.EXAMPLE.", "550 5.7.1", "D" },
        { "victim%elsewhere.example@example.com", "550 5.1.1", "D" },
        { "victim%elsewhere.example@any.example.com", "550 5.7.1", "D" },
        { "\"victim@elsewhere.example\"@example.com", "550 5.1.1", "D" },
        { "\"victim@elsewhere.example\"@any.example.com", "550 5.7.1", "D" },
        { "victim@elsewhere.example@example.com", "501 5.1.3", "D" },
        { "elsewhere.example!victim@example.com", "550 5.1.1", "D" },
        { "elsewhere.example!victim@any.example.com", "550 5.7.1", "D" },
        { "elsewhere.example!victim", "501 5.1.3", "D" },
        { "@example.com:victim@elsewhere.example", "550 5.7.1", "D" },
        { "victim@[198.51.100.7]", "550 5.7.1", "D" },
        { "victim@[127.0.0.1]", "550 5.7.1", "D" },
        { "victim@[IPv6:::1]", "550 5.7.1", "D" },
        { "victim@[192.0.2.25]", "550 5.1.1", "D" },
        { "victim@localhost", "550 5.7.1", "D" },
        { "victim@xn--elsewhere-q2a.example", "550 5.7.1", "D" },
        { "victim@elsewhere.example%example.com", "501 5.1.3", "D" },
        { "victim", "501 5.1.3", "D" },
        { "victim@example.com.elsewhere.example", "550 5.7.1", "D" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Form_OverSmtp_IsNotRelayed(string path, string expected, string letter)
    {
        _ = letter;
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync("127.0.0.1");
        await client.CommandAsync("MAIL FROM:<user@example.com>", "250");
        await client.CommandAsync($"RCPT TO:<{path}>", expected);
        await client.CommandAsync("DATA", "554");
        Assert.Equal(0, host.Store.Count);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Form_OverQmtp_IsNotRelayed(string path, string expected, string letter)
    {
        _ = expected;
        await using SessionHost host = new(listener => listener.Protocol = SessionProtocol.Qmtp);
        TestClient client = host.Connect("127.0.0.1");
        await client.SendAsync(QmtpWire.Package("\nhi\n", "user@example.com", path));
        Assert.StartsWith(letter, await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, host.Store.Count);
    }

    [Fact]
    public async Task RelayClient_OfTheListener_MayRelayAndIsMarked()
    {
        await using SessionHost host = new(listener => listener.RelayNetworks = Net.Of("192.0.2.0/28"));
        await RelayAsync(host, "192.0.2.1", "250");
        Assert.Equal(EnvelopeFlags.FromRelayClient, Assert.Single(host.Store.Messages).Envelope.Flags);
        await RelayAsync(host, "192.0.2.16", "550 5.7.1");
    }

    [Fact]
    public async Task RelayClient_OfTheSnapshot_MayRelayOnEveryListener()
    {
        await using SessionHost host = new();
        host.Current = host.Current with { RelayNetworks = Net.Of("2001:db8::/32") };
        await RelayAsync(host, "2001:db8::1", "250");
        await RelayAsync(host, "2001:db9::1", "550 5.7.1");
    }

    [Fact]
    public async Task RelayClient_AsIPv4MappedIPv6_IsTheSame()
    {
        await using SessionHost host = new(listener => listener.RelayNetworks = Net.Of("192.0.2.0/28"));
        await RelayAsync(host, "::ffff:192.0.2.1", "250");
    }

    [Fact]
    public async Task Loopback_MayNotRelayByDefault()
    {
        await using SessionHost host = new();
        await RelayAsync(host, "127.0.0.1", "550 5.7.1");
        await RelayAsync(host, "::1", "550 5.7.1");
    }

    private static async Task RelayAsync(SessionHost host, string from, string expected)
    {
        TestClient client = await host.IntroducedAsync(from);
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<victim@elsewhere.example>", expected);
        if (expected == "250")
        {
            await client.CommandAsync("DATA", "354");
            await client.SendAsync(".\r\n");
            await client.ExpectAsync("250");
        }
    }
}
