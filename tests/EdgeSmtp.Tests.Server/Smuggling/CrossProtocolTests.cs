using EdgeSmtp.Abstractions;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Smuggling;

/// <summary>ALPACA (CVE-2021-3618): a browser is made to talk to the SMTP port.</summary>
public sealed class CrossProtocolTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: mx\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 99\r\n\r\nEHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<user@example.com>\r\nDATA\r\nx\r\n.\r\n")]
    [InlineData("CONNECT mx:25 HTTP/1.1\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n")]
    [InlineData("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n")]
    public async Task OtherProtocol_IsAnsweredOnceAndCut(string text)
    {
        await using SessionHost host = new();
        FakeFilter filter = new();
        host.With(filter);
        TestClient client = await host.GreetedAsync();
        await client.SendAsync(text);
        await client.ExpectAsync("500 5.5.2");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        Assert.Contains(ProtocolViolation.NonSmtpCommand, filter.Violations);
        Assert.Equal(0, host.Store.Count);
        client.EndHalf();
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "violation"));
    }
}
