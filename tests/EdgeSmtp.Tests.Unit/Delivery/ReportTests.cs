using System.Buffers;
using System.Text;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Delivery;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Tests.Unit.Client;
using MimeKit;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Delivery;

/// <summary>Ruling §8.26, RFC 3461, RFC 3464, RFC 6533.</summary>
public sealed class ReportTests
{
    [Fact]
    public async Task Failure_OneRecipient_IsReportedToTheSender()
    {
        await using FakeSmtpServer server = Refusing();
        await using DeliveryCase world = To(server);
        MessageId id = world.Submit("sender@example.org", ["no@example.net"], change: envelope => envelope with { EnvelopeId = "env+2B1", Return = DsnReturn.Full });
        Settlement settlement = await world.Store.EndOfAttemptAsync(id);

        Assert.Equal([0], settlement.Done);
        Submission report = Assert.Single(settlement.Reports);
        Assert.True(report.Envelope.ReversePath.IsNull);
        Assert.Equal("sender@example.org", report.Envelope.Recipients.Single().ForwardPath.ToString());
        Assert.Equal(EnvelopeFlags.Report, report.Envelope.Flags);

        MimeMessage parsed = Parse(report);
        Assert.Equal("auto-replied", parsed.Headers["Auto-Submitted"]);
        Assert.Equal("MAILER-DAEMON@edge.example.test", parsed.From.Mailboxes.Single().Address);
        Assert.Equal("sender@example.org", parsed.To.Mailboxes.Single().Address);
        MultipartReport multipart = Assert.IsType<MultipartReport>(parsed.Body);
        Assert.Equal("delivery-status", multipart.ReportType);
        Assert.Equal(3, multipart.Count);
        MessageDeliveryStatus status = Assert.IsType<MessageDeliveryStatus>(multipart[1]);
        Assert.Equal("env+1", status.StatusGroups[0]["Original-Envelope-Id"]);
        Assert.Equal("dns; edge.example.test", status.StatusGroups[0]["Reporting-MTA"]);
        HeaderList recipient = status.StatusGroups[1];
        Assert.Equal("rfc822; no@example.net", recipient["Final-Recipient"]);
        Assert.Equal("failed", recipient["Action"]);
        Assert.Equal("5.1.1", recipient["Status"]);
        Assert.Equal("smtp; 550 5.1.1 no such user", recipient["Diagnostic-Code"]);
        Assert.StartsWith("dns; 127.0.0.1", recipient["Remote-MTA"], StringComparison.Ordinal);
        Assert.Contains("no such user", ((TextPart)multipart[0]).Text, StringComparison.Ordinal);

        // The header only, whatever RET asks for.
        TextRfc822Headers returned = Assert.IsType<TextRfc822Headers>(multipart[2]);
        Assert.Equal("test", returned.Message!.Headers["Subject"]);
        Assert.DoesNotContain("body", Text(report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failure_SeveralRecipients_AreOneReportInOneSettlement()
    {
        await using FakeSmtpServer server = Refusing();
        await using DeliveryCase world = To(server);
        Settlement settlement = await world.DeliverAsync("sender@example.org", "no1@example.net", "yes@example.net", "no2@example.net");
        Assert.Equal([0, 1, 2], settlement.Done.Order());
        MessageDeliveryStatus status = Status(Assert.Single(settlement.Reports));
        Assert.Equal(["rfc822; no1@example.net", "rfc822; no2@example.net"], status.StatusGroups.Skip(1).Select(group => group["Final-Recipient"]));
    }

    [Theory]
    [InlineData(DsnNotify.Unspecified, true)]
    [InlineData(DsnNotify.Failure, true)]
    [InlineData(DsnNotify.Failure | DsnNotify.Delay, true)]
    [InlineData(DsnNotify.Never, false)]
    [InlineData(DsnNotify.Success, false)]
    [InlineData(DsnNotify.Delay, false)]
    public async Task Failure_Notify_IsHonoured(DsnNotify notify, bool reported) // RFC 3461 §4.1
    {
        await using FakeSmtpServer server = Refusing();
        await using DeliveryCase world = To(server);
        Settlement settlement = await world.Store.EndOfAttemptAsync(world.Submit("sender@example.org", ["no@example.net"], notify: notify));
        Assert.Equal([0], settlement.Done);
        Assert.Equal(reported ? 1 : 0, settlement.Reports.Count);
    }

    [Fact]
    public async Task Failure_OriginalRecipient_IsInTheReport()
    {
        await using FakeSmtpServer server = Refusing();
        await using DeliveryCase world = To(server);
        MessageId id = world.Submit("s@example.org", ["no@example.net"], change: envelope => envelope with
        {
            Recipients = [new EnvelopeRecipient(ClientCase.Path("no@example.net"), DsnNotify.Failure, "rfc822;first+2Blast@example.com")],
        });
        Assert.Equal("rfc822; first+last@example.com", Field((await world.Store.EndOfAttemptAsync(id)).Reports[0], "Original-Recipient"));
    }

    [Fact]
    public async Task Failure_NullSender_IsToldToPostmaster() // double bounce
    {
        await using FakeSmtpServer server = Refusing();
        await using DeliveryCase world = To(server);
        Settlement settlement = await world.DeliverAsync(string.Empty, "no@example.net");
        Assert.Equal("postmaster@edge.example.test", Assert.Single(settlement.Reports).Envelope.Recipients.Single().ForwardPath.ToString());
        Assert.Equal(1, world.Metrics.Value(DeliveryMetrics.Reports, "double"));
    }

    [Fact]
    public async Task Failure_ReportsOfReports_EndAfterPostmaster() // triple bounce: no loop
    {
        await using FakeSmtpServer server = new() { Reply = line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.1.1 no" : null };
        await using DeliveryCase world = To(server);
        world.Routes["post"] = new RouteOptions { NextHop = [server.EndPoint.ToString()] };
        world.Domains["edge.example.test"] = "post";
        world.Domains["example.org"] = "post";
        world.Store.DeliversReports = true;
        world.Start();
        world.Submit("sender@example.org", ["no@example.net"]);
        await world.Store.UntilAsync(store => store.Count == 0 && store.Reports.Count == 2);

        Assert.Equal(["sender@example.org", "postmaster@edge.example.test"], world.Store.Reports.Select(report => report.Envelope.Recipients.Single().ForwardPath.ToString()));
        Assert.Equal(1, world.Metrics.Value(DeliveryMetrics.Reports, "dropped"));
    }

    [Theory]
    [InlineData("sender@example.org")]
    [InlineData("")]
    public async Task Failure_SuspectMail_IsHeldInsteadOfReported(string sender)
    {
        await using FakeSmtpServer server = Refusing();
        await using DeliveryCase world = To(server);
        MessageId id = world.Submit(sender, ["no@example.net", "yes@example.net"], flags: EnvelopeFlags.Suspect);
        Settlement settlement = await world.Store.EndOfAttemptAsync(id);
        Assert.True(settlement.Hold);
        Assert.Equal([1], settlement.Done);
        Assert.Empty(settlement.Reports);
        Assert.Equal(1, world.Metrics.Value(DeliveryMetrics.Reports, "held"));
        Assert.True(world.Store.Find(id)!.Held);
    }

    [Fact]
    public async Task Failure_OverTheRate_StaysInTheQueueUntilThereIsRoom()
    {
        await using FakeSmtpServer server = Refusing();
        await using DeliveryCase world = To(server, start: false);
        world.Options = world.Options with { ReportsPerMinuteMax = 1 };
        world.Start();
        await world.DeliverAsync("s@example.org", "no1@example.net");
        MessageId second = world.Submit("s@example.org", ["no2@example.net"]);
        Settlement limited = await world.Store.EndOfAttemptAsync(second);
        Assert.Empty(limited.Done);
        Assert.Empty(limited.Reports);
        Settlement later = await world.PassUntilAsync(world.Store.EndOfAttemptAsync(second, 2));
        Assert.Single(later.Reports);
    }

    [Theory]
    [InlineData(TransportKind.Maildir, "delivered")]
    [InlineData(TransportKind.Lmtp, "delivered")]
    [InlineData(TransportKind.Smtp, "relayed")]
    public async Task Success_AskedFor_IsReportedByUsWhenNobodyElseDoes(TransportKind transport, string action) // RFC 3461 §5.2.2, §5.2.3
    {
        await using FakeSmtpServer server = new() { Lmtp = transport == TransportKind.Lmtp };
        server.Extensions.Remove("DSN");
        await using DeliveryCase world = new();
        world.RouteTo("example.net", transport, transport == TransportKind.Maildir ? [] : [server.EndPoint]).Start();
        Settlement settlement = await world.Store.EndOfAttemptAsync(world.Submit("s@example.org", ["u@example.net"], notify: DsnNotify.Success));
        Submission report = Assert.Single(settlement.Reports);
        Assert.Equal(action, Field(report, "Action"));
        Assert.StartsWith("2.", Field(report, "Status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Success_PassedOn_IsNotReportedByUs() // RFC 3461 §5.2.1
    {
        await using FakeSmtpServer server = new();
        await using DeliveryCase world = To(server);
        Settlement settlement = await world.Store.EndOfAttemptAsync(world.Submit("s@example.org", ["u@example.net"], notify: DsnNotify.Success));
        Assert.Empty(settlement.Reports);
        Assert.Contains("RCPT TO:<u@example.net> NOTIFY=SUCCESS", server.Commands);
    }

    [Fact]
    public async Task Success_NotAskedFor_IsSilent()
    {
        await using FakeSmtpServer server = new();
        server.Extensions.Remove("DSN");
        await using DeliveryCase world = To(server);
        Assert.Empty((await world.DeliverAsync("s@example.org", "u@example.net")).Reports);
    }

    [Theory]
    [InlineData(DsnNotify.Delay, false, 1)]
    [InlineData(DsnNotify.Unspecified, true, 1)]
    [InlineData(DsnNotify.Unspecified, false, 0)]
    [InlineData(DsnNotify.Failure, true, 0)]
    public async Task Delay_BeyondTheThreshold_IsReportedOnce(DsnNotify notify, bool unasked, int reports)
    {
        await using FakeSmtpServer server = new() { Reply = line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "450 4.2.1 later" : null };
        await using DeliveryCase world = To(server, start: false);
        world.Options = world.Options with { DelayWarningUnasked = unasked, DelayWarningAfter = TimeSpan.FromMinutes(10), RetryDelays = [TimeSpan.FromMinutes(4)] };
        world.Start();
        MessageId id = world.Submit("s@example.org", ["u@example.net"], notify: notify);
        await world.PassUntilAsync(world.Store.EndOfAttemptAsync(id, 6));
        Assert.Equal(reports, world.Store.Reports.Count);
        if (reports == 0) return;
        Assert.Equal("delayed", Field(world.Store.Reports[0], "Action"));
        Assert.Equal("4.2.1", Field(world.Store.Reports[0], "Status"));
        Assert.NotEmpty(Field(world.Store.Reports[0], "Will-Retry-Until"));
    }

    [Fact]
    public async Task Failure_InternationalAddresses_UseTheUtf8Forms() // RFC 6533
    {
        await using FakeSmtpServer server = new();
        server.Extensions.Remove("8BITMIME");
        await using DeliveryCase world = To(server);
        MessageId id = world.Submit("jürgen@example.org", ["jörg@example.net"], "Subject: grün\r\n\r\nx\r\n", EnvelopeFlags.SmtpUtf8 | EnvelopeFlags.EightBit);
        Submission report = Assert.Single((await world.Store.EndOfAttemptAsync(id)).Reports);
        string text = Text(report);
        Assert.Equal("8bit", Parse(report).Body!.Headers[HeaderId.ContentTransferEncoding]);
        Assert.Contains("Content-Type: message/global-delivery-status\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Content-Type: message/global-headers\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Final-Recipient: utf-8; jörg@example.net\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Status: 5.6.9\r\n", text, StringComparison.Ordinal);
        Assert.Equal(EnvelopeFlags.Report | EnvelopeFlags.SmtpUtf8 | EnvelopeFlags.EightBit, report.Envelope.Flags);
    }

    [Theory]
    [InlineData("Subject: grün\r\n\r\nx\r\n", "8bit")]
    [InlineData("Subject: x\r\n\r\ngrün\r\n", null)]
    public async Task Failure_HeaderWithBytesAbove127_WholeReportIsLabelled(string content, string? encoding) // RFC 2045 §6.4
    {
        await using FakeSmtpServer server = Refusing();
        await using DeliveryCase world = To(server);
        Submission report = Assert.Single((await world.Store.EndOfAttemptAsync(world.Submit("s@example.org", ["no@example.net"], content))).Reports);
        Assert.Equal(encoding, Parse(report).Body!.Headers[HeaderId.ContentTransferEncoding]);
    }

    [Fact]
    public async Task Failure_HostileReply_CannotForgeFields()
    {
        await using FakeSmtpServer server = new() { Reply = line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "550-5.1.1 a\rAction: delivered\u0001\r\n550 5.1.1 " + new string('x', 3000) : null };
        await using DeliveryCase world = To(server);
        Submission report = Assert.Single((await world.DeliverAsync("s@example.org", "no@example.net")).Reports);
        Assert.Equal("failed", Field(report, "Action"));
        Assert.Equal(1, Text(report).Split("\r\nAction:").Length - 1);
        Assert.All(Text(report).Split("\r\n"), line => Assert.True(line.Length <= 998 && !line.Contains('\r', StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Failure_LargeHeader_IsCutBetweenFields()
    {
        await using FakeSmtpServer server = Refusing();
        await using DeliveryCase world = To(server, start: false);
        world.Options = world.Options with { ReportHeaderBytesMax = 100 };
        world.Start();
        MessageId id = world.Submit("s@example.org", ["no@example.net"], "A: 1\r\nB: 2\r\n folded\r\nC: " + new string('c', 200) + "\r\n\r\nx\r\n");
        string text = Text((await world.Store.EndOfAttemptAsync(id)).Reports[0]);
        Assert.Contains("A: 1\r\nB: 2\r\n folded\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("C: c", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_WhenSent_AsksForNoReport() // RFC 3461 §6.1
    {
        await using FakeSmtpServer server = new();
        await using DeliveryCase world = To(server);
        await world.Store.EndOfAttemptAsync(world.Submit(string.Empty, ["u@example.net"], flags: EnvelopeFlags.Report));
        Assert.Contains("RCPT TO:<u@example.net> NOTIFY=NEVER", server.Commands);
    }

    internal static string Field(Submission report, string name) =>
        Status(report).StatusGroups[1][name] ?? string.Empty;

    internal static string Text(Submission report) => Encoding.UTF8.GetString(report.Content.ToArray());

    private static MimeMessage Parse(Submission report) => MimeMessage.Load(new MemoryStream(report.Content.ToArray()));

    private static MessageDeliveryStatus Status(Submission report) => (MessageDeliveryStatus)((MultipartReport)Parse(report).Body!)[1];

    private static FakeSmtpServer Refusing() => new() { Reply = line => line.StartsWith("RCPT TO:<no", StringComparison.Ordinal) ? "550 5.1.1 no such user" : null };

    private static DeliveryCase To(FakeSmtpServer server, bool start = true)
    {
        DeliveryCase world = new DeliveryCase().RouteTo("example.net", TransportKind.Smtp, server.EndPoint);
        return start ? world.Start() : world;
    }
}
