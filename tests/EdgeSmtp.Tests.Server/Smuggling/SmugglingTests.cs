using System.Text;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Smuggling;

/// <summary>
/// CVE-2023-51764, -51765, -51766, CVE-2024-27305 and their kin: a message holds what some other server takes for its end, and behind it a second envelope.
/// Whatever happens, there are never two messages, and nothing with a bare CR or LF is stored.
/// </summary>
public sealed class SmugglingTests
{
    /// <summary>Sequences that are no end of data, and whether the message that holds them is refused.</summary>
    public static TheoryData<string, string, bool> FakeEnds() => new()
    {
        { "lf.lf", "\n.\n", true },
        { "lf.crlf", "\n.\r\n", true },
        { "crlf.lf", "\r\n.\n", true },
        { "cr.cr", "\r.\r", false },
        { "cr.lf", "\r.\n", true },
        { "lf.cr", "\n.\r", true },
        { "cr.crlf", "\r.\r\n", false },
        { "crlf.cr", "\r\n.\r", false },
        { "crlf.crcrlf", "\r\n.\r\r\n", false },
        { "crcrlf.crcrlf", "\r\r\n.\r\r\n", false },
        { "crlf.nul.crlf", "\r\n\0.\r\n", true },
        { "crlf.dotnul.crlf", "\r\n.\0\r\n", true },
        { "crlf.dot.cr.nul.lf", "\r\n.\r\0\n", true },
        { "cr.nul.lf.dot", "\r\0\n.\r\n", true },
        { "crlf.dotsp.crlf", "\r\n. \r\n", false },
        { "crlf.dottab.crlf", "\r\n.\t\r\n", false },
        { "vt", "\v.\v", false },
        { "ff", "\f.\f", false },
        { "nel", "\xc2\x85.\xc2\x85", false },
        { "ls", "\xe2\x80\xa8.\xe2\x80\xa8", false },
        { "lflf.crlf", "\n\n.\r\n", true },
        { "crlf.dot.lf.cr", "\r\n.\n\r", true },
    };

    private const string Second = "MAIL FROM:<smuggled@evil.example>\r\nRCPT TO:<other@example.com>\r\nDATA\r\nSubject: smuggled\r\n\r\nevil";

    [Theory]
    [MemberData(nameof(FakeEnds))]
    public async Task FakeEnd_InData_NeverMakesASecondMessage(string name, string end, bool isRefused)
    {
        await using SessionHost host = new();
        TestClient client = await host.InDataAsync();
        await client.SendAsync("Subject: first\r\n\r\nbody" + end + Second + "\r\n.\r\n");
        await client.ExpectAsync(isRefused ? "550 5.5.2" : "250 2.0.0");
        await client.CommandAsync("NOOP", "250");
        await AssertCleanAsync(host, client, isRefused ? 0 : 1, name);
    }

    [Theory]
    [MemberData(nameof(FakeEnds))]
    public async Task FakeEnd_FromARelayClient_IsNormalisedInOneMessage(string name, string end, bool isRefused)
    {
        _ = isRefused;
        await using SessionHost host = new(listener => listener.RelayNetworks = Net.Of("192.0.2.0/24"));
        TestClient client = await host.InDataAsync();
        await client.SendAsync("Subject: first\r\n\r\nbody" + end + Second + "\r\n.\r\n");
        await client.ExpectAsync("250 2.0.0");
        await AssertCleanAsync(host, client, 1, name);
    }

    [Theory]
    [MemberData(nameof(FakeEnds))]
    public async Task FakeEnd_SentByteByByte_IsTheSame(string name, string end, bool isRefused)
    {
        await using SessionHost host = new();
        TestClient client = await host.InDataAsync();
        await client.TrickleAsync("Subject: first\r\n\r\nbody" + end + Second + "\r\n.\r\n");
        await client.ExpectAsync(isRefused ? "550 5.5.2" : "250 2.0.0");
        await AssertCleanAsync(host, client, isRefused ? 0 : 1, name);
    }

    [Theory]
    [MemberData(nameof(FakeEnds))]
    public async Task FakeEnd_InAChunk_IsContent(string name, string end, bool isRefused)
    {
        // BDAT-barenl: the same through CHUNKING, which has no end of data at all.
        await using SessionHost host = new();
        TestClient client = await host.InTransactionAsync();
        string content = "Subject: first\r\n\r\nbody" + end + Second + "\r\n";
        await client.SendAsync($"BDAT {content.Length} LAST\r\n{content}");
        await client.ExpectAsync(isRefused ? "550 5.5.2" : "250 2.0.0");
        await AssertCleanAsync(host, client, isRefused ? 0 : 1, name);
    }

    [Fact]
    public async Task Violations_InContent_ReachFiltersOnceAndMayDecide()
    {
        await using SessionHost host = new();
        FakeFilter filter = new();
        host.With(filter);
        TestClient client = await host.InDataAsync();
        await client.SendAsync("a\rb\rc\r\n.\r\n");
        await client.ExpectAsync("250");
        Assert.Equal([Abstractions.ProtocolViolation.BareCr], filter.Violations);
        Assert.Equal(1, host.Value(SessionMetrics.Violations, "mx", "bare-cr"));
    }

    [Fact]
    public async Task DotStuffing_IsTakenOutOnce()
    {
        // RFC 5321 §4.5.2, SMUG-dotstuff.
        await using SessionHost host = new();
        TestClient client = await host.InDataAsync();
        await client.SendAsync("A: b\r\n\r\n..\r\n...\r\n..x\r\nx.\r\n.\r\n");
        await client.ExpectAsync("250");
        Assert.Equal("A: b\r\n\r\n.\r\n..\r\n.x\r\nx.\r\n", Assert.Single(host.Store.Messages).Body);
    }

    private static async Task AssertCleanAsync(SessionHost host, TestClient client, int messages, string name)
    {
        await client.CommandAsync("QUIT", "221");
        Assert.Equal(messages, host.Store.Count);
        foreach (StoredMessage message in host.Store.Messages)
        {
            Assert.Equal("sender@example.net", message.From);
            Assert.Equal(["user@example.com"], message.To);
            string rest = Encoding.Latin1.GetString(message.Content).Replace("\r\n", string.Empty, StringComparison.Ordinal);
            Assert.False(rest.AsSpan().ContainsAny('\r', '\n', '\0'), name);
        }
    }
}
