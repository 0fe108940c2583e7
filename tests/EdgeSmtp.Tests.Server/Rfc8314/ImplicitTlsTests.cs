using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Tls;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using EdgeSmtp.Tests.Server.Qmtp;
using Xunit;

namespace EdgeSmtp.Tests.Server.Rfc8314;

/// <summary>TLS from the first byte.</summary>
public sealed class ImplicitTlsTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    [Fact]
    public async Task Smtp_IsGreetedUnderTlsAndOffersNoStartTls()
    {
        await using SessionHost host = Host();
        TestClient client = host.Connect();
        await client.SecureAsync();
        await client.ExpectAsync("220 ");
        Assert.DoesNotContain("STARTTLS", await client.CommandAsync("EHLO c.example"), StringComparison.Ordinal);
        await client.CommandAsync("STARTTLS", "503");
        await client.CommandAsync("QUIT", "221");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.SessionsTls, "mx"));
    }

    [Fact]
    public async Task Qmtp_IsTheSameUnderTls()
    {
        await using SessionHost host = Host(SessionProtocol.Qmtp);
        TestClient client = host.Connect();
        await client.SecureAsync();
        await client.SendAsync(QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com"));
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.Contains("(TLSv1.3 TLS_", Assert.Single(host.Store.Messages).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClearText_IsCutWithoutAWord()
    {
        await using SessionHost host = Host();
        TestClient client = host.Connect();
        await client.SendAsync("EHLO c.example\r\n");
        string answer = await client.ReadToEndAsync();
        Assert.DoesNotContain("220", answer, StringComparison.Ordinal);
        await client.Served;
        Assert.Equal(0, host.Value(SessionMetrics.Sessions, "mx"));
        Assert.Equal(1, host.Value(CertificateMetrics.Handshakes, "failed"));
    }

    [Fact]
    public async Task Handshake_ThatNeverBegins_IsCutAtItsTimeout()
    {
        await using SessionHost host = Host();
        TestClient client = host.Connect();
        host.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task OverLimitClient_IsClosedWithoutClearText()
    {
        await using SessionHost host = Host(prepare: h => h.Limits.Options.ConnectionsMax = 1);
        TestClient first = host.Connect();
        await first.SecureAsync();
        await first.ExpectAsync("220");
        TestClient second = host.Connect();
        Assert.Equal(string.Empty, await second.ReadToEndAsync());
    }

    public void Dispose() => _certificates.Dispose();

    private SessionHost Host(SessionProtocol protocol = SessionProtocol.Smtp, Action<SessionHost>? prepare = null) => new(
        listener =>
        {
            listener.Protocol = protocol;
            listener.ImplicitTls = true;
            listener.Certificate = "main";
        },
        host =>
        {
            Assert.Empty(host.Certificates.Configure(new Dictionary<string, CertificateOptions> { ["main"] = _certificates.Write("main", "mx.example.org") }));
            prepare?.Invoke(host);
        });
}
