using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions;
using EdgeSmtp.Sessions.Access;
using EdgeSmtp.Tests.Server.Harness;
using EdgeSmtp.Tests.Server.Qmtp;
using Xunit;

namespace EdgeSmtp.Tests.Server.Access;

/// <summary>What rules settle, in the sessions of their clients and of nobody else. 192.0.2.1 falls under the rule, 192.0.2.2 does not.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    private const string Other = "192.0.2.2";

    [Fact]
    public async Task Relay_IsAllowedToTheClientsOfTheRule()
    {
        await using SessionHost host = With(AccessSettings.Default with { MayRelay = true });

        Assert.StartsWith("250 2.1.5", await RcptAsync(host, "any@elsewhere.example"), StringComparison.Ordinal);
        Assert.StartsWith("550 5.7.1", await RcptAsync(host, "any@elsewhere.example", Other), StringComparison.Ordinal);
    }

    // §8.2 of the design: the address of a proxy says nothing about who speaks.
    [Fact]
    public async Task Relay_ByTheAddressOfAProxy_IsNotAllowed()
    {
        await using SessionHost host = new(static listener => listener.ProxyFrom = Net.Of("192.0.2.0/24"), static host => host.Follow(("192.0.2.1", AccessSettings.Default with { MayRelay = true })));
        TestClient client = host.Connect();
        await client.SendAsync("PROXY TCP4 192.0.2.1 192.0.2.25 4000 25\r\n");
        await client.ExpectAsync("220 ");
        await client.CommandAsync("EHLO client.example.net", "250-");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");

        await client.CommandAsync("RCPT TO:<any@elsewhere.example>", "550 5.7.1");
    }

    [Fact]
    public async Task Relay_OverQmtp_IsAllowedToo()
    {
        await using SessionHost host = With(AccessSettings.Default with { MayRelay = true }, static listener => listener.Protocol = SessionProtocol.Qmtp);

        Assert.StartsWith("K", await QmtpAsync(host, "\nhi\n", "any@elsewhere.example"), StringComparison.Ordinal);
        Assert.StartsWith("D", await QmtpAsync(host, "\nhi\n", "any@elsewhere.example", Other), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\nb", "BareLf")]
    [InlineData("a\0b", "Nul")]
    public async Task Newlines_NormalizeByRule_TakesWhatOthersAreRefused(string text, string kind)
    {
        await using SessionHost host = With(kind == "Nul" ? AccessSettings.Default with { Nul = NewlineRule.Normalize } : AccessSettings.Default with { BareLf = NewlineRule.Normalize });

        Assert.StartsWith("250 ", await DataAsync(host, text), StringComparison.Ordinal);
        Assert.StartsWith("550 5.5.2", await DataAsync(host, text, Other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Newlines_RejectByRule_RefusesWhatOthersAreNormalized()
    {
        await using SessionHost host = With(AccessSettings.Default with { BareCr = NewlineRule.Reject });

        Assert.StartsWith("550 5.5.2", await DataAsync(host, "a\rb"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await DataAsync(host, "a\rb", Other), StringComparison.Ordinal);
    }

    // Clients that may relay are normalised, unless the rule says otherwise.
    [Fact]
    public async Task Newlines_OfARelayClient_AreByTheRule()
    {
        await using SessionHost host = With(AccessSettings.Default with { MayRelay = true, BareLf = NewlineRule.Reject });

        Assert.StartsWith("550 5.5.2", await DataAsync(host, "a\nb"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await DataAsync(host, "a\rb"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await DataAsync(host, "a\0b"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MessageSize_IsAnnouncedAndHeld()
    {
        await using SessionHost host = With(AccessSettings.Default with { MessageSizeMax = 1000 });
        TestClient client = await host.GreetedAsync();

        Assert.Contains("SIZE 1000\r\n", await client.CommandAsync("EHLO client.example.net"), StringComparison.Ordinal);
        await client.CommandAsync("MAIL FROM:<a@b.example> SIZE=1001", "552 5.3.4");
        await client.CommandAsync("MAIL FROM:<a@b.example> SIZE=1000", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", "250");
        await client.CommandAsync("DATA", "354");
        await client.SendAsync(new string('x', 1000) + "\r\n.\r\n");
        await client.ExpectAsync("552 5.3.4");
        Assert.StartsWith("250 ", await DataAsync(host, new string('x', 1000), Other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MessageSize_LargerThanTheListenersOwn_IsTaken()
    {
        await using SessionHost host = With(AccessSettings.Default with { MessageSizeMax = 200_000 }, static listener => listener.Smtp.MessageSizeMax = 65_536);
        string large = string.Concat(Enumerable.Repeat(new string('x', 98) + "\r\n", 1000));

        Assert.StartsWith("250 ", await DataAsync(host, large), StringComparison.Ordinal);
        Assert.StartsWith("552 ", await DataAsync(host, large, Other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MessageSize_OverQmtp_IsHeld()
    {
        await using SessionHost host = With(AccessSettings.Default with { MessageSizeMax = 10 }, static listener => listener.Protocol = SessionProtocol.Qmtp);

        Assert.StartsWith("D", await QmtpAsync(host, "\n12345678901\n", "user@example.com"), StringComparison.Ordinal);
        Assert.StartsWith("K", await QmtpAsync(host, "\n12345678901\n", "user@example.com", Other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recipients_OneTooMany_Is452()
    {
        await using SessionHost host = With(AccessSettings.Default with { RecipientsMax = 1 });
        TestClient client = await host.InTransactionAsync();

        await client.CommandAsync("RCPT TO:<other@example.com>", "452 4.5.3");
        TestClient other = await host.InTransactionAsync(Other);
        await other.CommandAsync("RCPT TO:<other@example.com>", "250");
    }

    [Theory]
    [InlineData(553, "5.7.1")]
    [InlineData(451, "4.7.1")]
    public async Task Refusal_IsTheAnswerToEveryRecipientButPostmaster(ushort code, string enhanced)
    {
        await using SessionHost host = With(AccessSettings.Default with { Refusal = new SmtpReply(code, enhanced, "Not you") });

        Assert.StartsWith($"{code} {enhanced} Not you", await RcptAsync(host, "user@example.com"), StringComparison.Ordinal);
        Assert.StartsWith($"{code} {enhanced} Not you", await RcptAsync(host, "nobody@example.com"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await RcptAsync(host, "Postmaster@example.com"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await RcptAsync(host, "user@example.com", Other), StringComparison.Ordinal);
        Assert.Equal(2, host.Value(SessionMetrics.Recipients, "mx", "access-rule"));
        Assert.Equal(3, host.Value(SessionMetrics.AccessDecisions, "mx", "refuse-mail"));
        Assert.Contains(host.Events.Lines, static line => line.Contains("\"reason\":\"access-rule\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refusal_OverQmtp_IsEachRecipientsAnswer()
    {
        await using SessionHost host = With(AccessSettings.Default with { Refusal = new SmtpReply(451, "4.7.1", "Not now") }, static listener => listener.Protocol = SessionProtocol.Qmtp);

        Assert.StartsWith("ZNot now", await QmtpAsync(host, "\nhi\n", "user@example.com"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownRecipients_AreDeferredByRule()
    {
        await using SessionHost host = With(AccessSettings.Default with { DefersUnknownRecipients = true });

        Assert.StartsWith("450 4.2.1", await RcptAsync(host, "nobody@example.com"), StringComparison.Ordinal);
        Assert.StartsWith("550 5.1.1", await RcptAsync(host, "nobody@example.com", Other), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5.1.1 Nobody of that name", "450 4.2.1 Nobody of that name [", "ZNobody of that name [*] (#4.2.1)")]
    [InlineData("5.1.1 Nobody of that name {id}", "450 4.2.1 Nobody of that name ", "ZNobody of that name ")]
    [InlineData("Nobody of that name", "450 4.2.1 Nobody of that name [", "ZNobody of that name [*] (#4.2.1)")]
    public async Task UnknownRecipients_DeferredByRule_HaveTheTextWithoutItsPermanentCode(string text, string reply, string answer)
    {
        AccessSettings deferring = AccessSettings.Default with { DefersUnknownRecipients = true };
        Dictionary<string, string> texts = new() { ["unknown"] = text };
        await using SessionHost host = With(deferring, listener => listener.Replies = texts);
        await using SessionHost qmtp = With(deferring, listener =>
        {
            listener.Protocol = SessionProtocol.Qmtp;
            listener.Replies = texts;
        });

        Assert.StartsWith(reply, await RcptAsync(host, "nobody@example.com"), StringComparison.Ordinal);
        string answered = TestClient.ReplyId().Replace(await QmtpAsync(qmtp, "\nhi\n", "nobody@example.com"), "[*]");
        Assert.StartsWith(answer, answered, StringComparison.Ordinal);
        Assert.EndsWith("(#4.2.1)", answered, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartTls_RequiredByRule()
    {
        await using SessionHost host = With(AccessSettings.Default with { StartTls = StartTlsRule.Require }, WithTls, WithCertificate);
        TestClient client = await host.GreetedAsync();

        Assert.Contains("STARTTLS", await client.CommandAsync("EHLO client.example.net"), StringComparison.Ordinal);
        await client.CommandAsync("MAIL FROM:<a@b.example>", "530 5.7.0");
        await (await host.IntroducedAsync(Other)).CommandAsync("MAIL FROM:<a@b.example>", "250");
    }

    [Fact]
    public async Task StartTls_HiddenByRule()
    {
        await using SessionHost host = With(AccessSettings.Default with { StartTls = StartTlsRule.Hide }, WithTls, WithCertificate);
        TestClient client = await host.GreetedAsync();

        Assert.DoesNotContain("STARTTLS", await client.CommandAsync("EHLO client.example.net"), StringComparison.Ordinal);
        await client.CommandAsync("STARTTLS", "502 5.5.1");
        Assert.Contains("STARTTLS", await (await host.GreetedAsync(Other)).CommandAsync("EHLO client.example.net"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartTls_OfferedByRule_NeedsItNotAnyMore()
    {
        await using SessionHost host = With(
            AccessSettings.Default with { StartTls = StartTlsRule.Offer },
            static listener =>
            {
                WithTls(listener);
                listener.Smtp.RequireTls = true;
            },
            WithCertificate);

        await (await host.IntroducedAsync()).CommandAsync("MAIL FROM:<a@b.example>", "250");
        await (await host.IntroducedAsync(Other)).CommandAsync("MAIL FROM:<a@b.example>", "530 5.7.0");
    }

    public void Dispose() => _certificates.Dispose();

    private void WithCertificate(SessionHost host) => host.Certificates.Configure(new Dictionary<string, EdgeSmtp.Core.Tls.CertificateOptions> { ["main"] = _certificates.Write("main", "mx.example.org") });

    private static SessionHost With(AccessSettings settings, Action<ListenerOptions>? configure = null, Action<SessionHost>? prepare = null) => new(configure, host =>
    {
        host.Follow(("192.0.2.1", settings));
        prepare?.Invoke(host);
    });

    private static void WithTls(ListenerOptions listener) => listener.Certificate = "main";

    private static async Task<string> RcptAsync(SessionHost host, string recipient, string client = "192.0.2.1")
    {
        TestClient test = await host.IntroducedAsync(client);
        await test.CommandAsync("MAIL FROM:<a@b.example>", "250");
        return await test.CommandAsync($"RCPT TO:<{recipient}>");
    }

    private static async Task<string> DataAsync(SessionHost host, string text, string client = "192.0.2.1")
    {
        TestClient test = await host.InDataAsync(client);
        await test.SendAsync($"Subject: x\r\n\r\n{text}\r\n.\r\n");
        return await test.ReplyAsync();
    }

    private static async Task<string> QmtpAsync(SessionHost host, string content, string recipient, string client = "192.0.2.1")
    {
        TestClient test = host.Connect(client);
        await test.SendAsync(QmtpWire.Package(content, "a@b.example", recipient));
        return await test.NetstringAsync();
    }
}
