using System.Net.Security;
using System.Security.Authentication;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Attacks;

/// <summary>What came before the handshake counts for nothing after it (RFC 3207 §4.2; CVE-2011-0411 and its kin).</summary>
public sealed class StartTlsTests(PlainEdge plain) : IClassFixture<PlainEdge>
{
    [Theory]
    [InlineData("NOOP\r\n")]
    [InlineData("MAIL FROM:<evil@evil.test>\r\nRCPT TO:<user@example.test>\r\n")]
    [InlineData("\r\n")]
    [InlineData("N")]
    public async Task StartTls_WithBytesBehindIt_DropsTheConnection(string injected)
    {
        await using SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
        await client.SendAsync("STARTTLS\r\n" + injected);
        SmtpReply reply = await client.ReadReplyAsync();
        if (reply.Code == 220)
        {
            // The bytes may also arrive as the start of a handshake that they can never be.
            await Assert.ThrowsAnyAsync<Exception>(client.HandshakeAsync);
            return;
        }
        Assert.True(reply.IsClosed || reply.Code is 421 or 501 or 503 or 554, reply.Text);
        Assert.DoesNotContain("250", await client.ReadToEndAsync(TimeSpan.FromSeconds(2)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartTls_ForgetsTheSession()
    {
        await using SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
        await client.ExpectAsync(250, await client.CommandAsync("MAIL FROM:<s@client.test>"));
        await client.CommandAsync("RSET");
        await client.StartTlsAsync();
        await client.ExpectAsync(503, await client.CommandAsync("RCPT TO:<user@example.test>"));
        await client.ExpectAsync(503, await client.CommandAsync("MAIL FROM:<s@client.test>"));
        SmtpReply hello = await client.CommandAsync("EHLO client.example.test");
        Assert.DoesNotContain("STARTTLS", hello.Text, StringComparison.Ordinal);
        SmtpReply twice = await client.CommandAsync("STARTTLS");
        Assert.True(twice.IsPermanent, twice.Text);
    }

    [Fact]
    public async Task StartTls_WithAnArgument_Is501()
    {
        await using SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
        await client.ExpectAsync(501, await client.CommandAsync("STARTTLS now"));
        await client.StartTlsAsync();
    }

    [Fact]
    public async Task StartTls_ThenGarbage_EndsInNothing()
    {
        await using (SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort))
        {
            await client.ExpectAsync(220, await client.CommandAsync("STARTTLS"));
            await client.SendAsync(new string('\u00ff', 4_096) + "\r\nNOOP\r\n");
            string rest = await client.ReadToEndAsync(TimeSpan.FromSeconds(10));
            Assert.DoesNotContain("250", rest, StringComparison.Ordinal);
        }
        await using SmtpConversation next = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
    }

    [Theory]
    [InlineData("unknown.test")]
    [InlineData("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.test")]
    [InlineData("percent-s.test")]
    public async Task Sni_OfAnyName_LeavesTheServerAlive(string name)
    {
        await using (SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort))
        {
            await client.ExpectAsync(220, await client.CommandAsync("STARTTLS"));
            await using SslStream tls = new(client.Stream, leaveInnerStreamOpen: true);
            await Assert.ThrowsAsync<AuthenticationException>(
                () => tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = name }));
        }
        await using SmtpConversation next = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
    }

    [Fact]
    public async Task Message_OverTls_SaysSoInItsReceivedField()
    {
        Specimen specimen = Specimen.Make("dots");
        await using SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
        await client.StartTlsAsync();
        await client.ExpectAsync(250, await client.CommandAsync("EHLO client.example.test"));
        await client.ExpectAsync(250, await client.TransactionAsync("s@client.test", "user@example.test", specimen.Content));
        byte[] stored = await plain.User.WaitAsync(specimen.Token);
        StoredMail.AssertIntact(specimen, stored);
        Assert.Contains(StoredMail.Trace(specimen, stored), field => field.Contains("with ESMTPS", StringComparison.Ordinal));
    }
}
