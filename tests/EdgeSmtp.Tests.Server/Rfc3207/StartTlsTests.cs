using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using EdgeSmtp.Core.Tls;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Rfc3207;

/// <summary>STARTTLS.</summary>
public sealed class StartTlsTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    [Theory]
    [InlineData(SslProtocols.Tls12, "TLSv1.2")]
    [InlineData(SslProtocols.Tls13, "TLSv1.3")]
    public async Task Session_UnderTls_TakesMailAndSaysSo(SslProtocols protocol, string name)
    {
        await using SessionHost host = Host();
        TestClient client = await host.GreetedAsync();
        Assert.Contains("250-STARTTLS\r\n", await client.CommandAsync("EHLO c.example"), StringComparison.Ordinal);
        await client.CommandAsync("STARTTLS", "220 2.0.0");
        await client.SecureAsync(protocols: protocol);
        Assert.DoesNotContain("STARTTLS", await client.CommandAsync("EHLO c.example"), StringComparison.Ordinal);
        await Script.PlayAsync(client, """
            C: MAIL FROM:<a@b.example>
            S: 250
            C: RCPT TO:<user@example.com>
            S: 250
            C: DATA
            S: 354
            C: A: b
            C: .
            S: 250
            C: QUIT
            S: 221
            """);
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        string text = Assert.Single(host.Store.Messages).Text;
        Assert.Contains($" with ESMTPS ({name} TLS_", text, StringComparison.Ordinal);
        Assert.Equal(1, host.Value(CertificateMetrics.Handshakes, name));
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.SessionsTls, "mx"));
        Assert.Contains(host.Events.Lines, line => line.Contains($"\"tls\":\"{name}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Drain_WithinTheHandshake_WaitsForItAndSays421()
    {
        await using SessionHost host = Host();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("STARTTLS", "220");
        host.Drain.Begin();
        await client.SecureAsync();
        await client.ExpectAsync("421 4.3.2");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        client.EndHalf();
        await client.Served;
        Assert.Equal(0, host.Value(CertificateMetrics.Handshakes, "timeout"));
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "drain"));
    }

    [Fact]
    public async Task State_BeforeTls_IsForgotten()
    {
        // TLS-state-reset, RFC 3207 §4.2.
        await using SessionHost host = Host();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example> SIZE=1000", "250");
        await client.CommandAsync("STARTTLS", "220");
        await client.SecureAsync();
        Assert.Equal(0, host.Staging.Budget.BytesUsed);
        await client.CommandAsync("RCPT TO:<user@example.com>", "503 5.5.1");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "503 5.5.1");
        await client.CommandAsync("EHLO c.example", "250");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
    }

    [Theory]
    [InlineData("STARTTLS\r\nNOOP\r\n")]
    [InlineData("STARTTLS\r\nEHLO evil.example\r\nMAIL FROM:<a@b.example>\r\n")]
    [InlineData("STARTTLS\r\nX")]
    public async Task Bytes_BehindStartTls_DropTheConnection(string text)
    {
        // TLS-cmd-injection: CVE-2011-0411 and its many children.
        await using SessionHost host = Host();
        TestClient client = await host.IntroducedAsync();
        await client.SendAsync(text);
        await client.ExpectAsync("554 5.5.1");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        client.EndHalf();
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "violation"));
    }

    [Fact]
    public async Task Bytes_BetweenTheReplyAndTheHandshake_BreakIt()
    {
        await using SessionHost host = Host();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("STARTTLS", "220");
        await client.SendAsync("NOOP\r\n");
        await Assert.ThrowsAnyAsync<Exception>(() => client.SecureAsync());
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "tls-failed"));
    }

    [Fact]
    public async Task StartTls_WithinTls_Is503()
    {
        await using SessionHost host = Host();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("STARTTLS", "220");
        await client.SecureAsync();
        await client.CommandAsync("EHLO c.example", "250");
        await client.CommandAsync("STARTTLS", "503 5.5.1");
    }

    [Fact]
    public async Task StartTls_WithAnArgument_Is501()
    {
        await using SessionHost host = Host();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("STARTTLS foo", "501 5.5.4");
        await client.CommandAsync("NOOP", "250");
    }

    [Fact]
    public async Task StartTls_WithoutACertificate_Is502()
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("STARTTLS", "502");
    }

    [Fact]
    public async Task StartTls_WhenTheCertificateCannotBeUsed_Is454AndNotOffered()
    {
        await using SessionHost host = new(listener => listener.Certificate = "missing");
        TestClient client = await host.GreetedAsync();
        Assert.DoesNotContain("STARTTLS", await client.CommandAsync("EHLO c.example"), StringComparison.Ordinal);
        await client.CommandAsync("STARTTLS", "454 4.7.0");
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(1)]
    public async Task Garbage_InsteadOfAHandshake_DropsTheConnectionAndTheServerLives(int bytes)
    {
        // TLS-garbage.
        await using SessionHost host = Host();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("STARTTLS", "220");
        byte[] garbage = new byte[bytes];
        Array.Fill(garbage, (byte)0xAA);
        await client.SendAsync(garbage);
        client.EndHalf();
        await client.Served;
        Assert.Equal(1, host.Value(CertificateMetrics.Handshakes, "failed"));
        await host.IntroducedAsync();
    }

    [Fact]
    public async Task Handshake_ThatNeverEnds_IsCutAtItsTimeout()
    {
        await using SessionHost host = Host();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("STARTTLS", "220");
        await client.SendAsync([0x16, 0x03, 0x01]);
        host.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        await client.Served;
        Assert.Equal(1, host.Value(CertificateMetrics.Handshakes, "timeout"));
    }

    [Fact]
    public async Task CloseNotify_WithinAChunk_EndsTheSessionAndClearTextBehindItIsNotRead()
    {
        // BDAT-tls-closenotify: CVE-2026-45185.
        await using SessionHost host = Host();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("STARTTLS", "220");
        Stream clear = client.Stream;
        SslStream tls = await client.SecureAsync();
        await client.CommandAsync("EHLO c.example", "250");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", "250");
        await client.SendAsync("BDAT 200 LAST\r\n12345678901234567890");
        await tls.ShutdownAsync();
        try
        {
            await clear.WriteAsync(Encoding.ASCII.GetBytes("x"), TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // The server was faster.
        }

        await client.Served;
        Assert.Equal(0, host.Store.Count);
        await host.IntroducedAsync();
    }

    [Theory]
    [InlineData("mx.example.org", "CN=mx.example.org")]
    [InlineData("other.example.org", "CN=other.example.org")]
    [InlineData("a.wild.example.org", "CN=*.wild.example.org")]
    [InlineData("a.b.wild.example.org", "CN=mx.example.org")]
    [InlineData("unknown.example.net", "CN=mx.example.org")]
    public async Task ServerName_ChoosesTheCertificate(string serverName, string subject)
    {
        await using SessionHost host = Host();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("STARTTLS", "220");
        SslStream stream = await client.SecureAsync(serverName);
        Assert.Equal(subject, stream.SubjectOf());
    }

    [Theory]
    [InlineData("name\\")]
    [InlineData("%s%n%x")]
    public async Task ServerName_ThatIsNone_DoesNoHarm(string serverName)
    {
        // TLS-sni: CVE-2019-15846.
        await using SessionHost host = Host();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("STARTTLS", "220");
        try
        {
            await client.SecureAsync(serverName);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException or ArgumentException)
        {
        }

        await host.IntroducedAsync();
    }

    [Fact]
    public async Task Drain_WithinContentUnderTls_LetsItFinish()
    {
        // The read that is woken must be able to go on.
        await using SessionHost host = Host();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("STARTTLS", "220");
        await client.SecureAsync();
        await client.CommandAsync("EHLO c.example", "250");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", "250");
        await client.CommandAsync("DATA", "354");
        await client.SendAsync("A: b\r\n");
        host.Drain.Begin();
        host.Drain.Begin();
        await client.SendAsync("\r\nbody\r\n.\r\n");
        await client.ExpectAsync("250 2.0.0 Ok: queued");
        await client.ExpectAsync("421 4.3.2");
        Assert.Equal("A: b\r\n\r\nbody\r\n", Assert.Single(host.Store.Messages).Body);
    }

    [Fact]
    public async Task Drain_OfAnIdleSessionUnderTls_Is421()
    {
        await using SessionHost host = Host();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("STARTTLS", "220");
        await client.SecureAsync();
        await client.CommandAsync("EHLO c.example", "250");
        host.Drain.Begin();
        await client.ExpectAsync("421 4.3.2");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task EarlyVerdictOfHello_IsForgottenWithIt()
    {
        await using SessionHost host = Host();
        host.With(new FakeFilter { Hello = session => session.Hello == "bad.example" ? Abstractions.Verdict.From(FakeFilter.Reject) : default });
        TestClient client = await host.GreetedAsync();
        await client.CommandAsync("EHLO bad.example", "250");
        await client.CommandAsync("STARTTLS", "220");
        await client.SecureAsync();
        await client.CommandAsync("EHLO good.example", "250");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", "250");
    }

    public void Dispose() => _certificates.Dispose();

    private SessionHost Host() => new(
        listener => listener.Certificate = "main",
        host => Assert.Empty(host.Certificates.Configure(new Dictionary<string, CertificateOptions>
        {
            ["main"] = _certificates.Write("main", "mx.example.org"),
            ["second"] = _certificates.Write("second", "other.example.org"),
            ["wild"] = _certificates.Write("wild", "*.wild.example.org"),
        })));
}
