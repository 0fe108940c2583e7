using System.Text;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Attacks;

/// <summary>A message never holds a second one, at the edge or behind it.</summary>
public sealed class SmugglingTests(SmugglingTests.Net net) : IClassFixture<SmugglingTests.Net>
{
    private const string SmuggledSender = "smuggled@evil.test";

    public static TheoryData<string> SequenceNames { get; } = [.. Smuggling.Sequences.Keys];

    [Theory]
    [MemberData(nameof(SequenceNames))]
    public async Task FakeEndOfData_ThroughTheEdgeToPostfix_IsOneMessageOrNone(string name)
    {
        foreach (string recipient in new[] { "user@example.test", "user@next.test" })
        {
            Maildir maildir = recipient.EndsWith("next.test", StringComparison.Ordinal) ? net.Postfix.Maildir : net.Edge.MaildirOf("user");
            string token = $"tok-{Guid.NewGuid():N}";
            int before = maildir.Count;
            SmtpReply reply = await SendAsync(name, token, recipient);
            if (reply.Code == 250)
            {
                string stored = Encoding.Latin1.GetString(await maildir.WaitAsync(token, otherwise: () => net.Edge.Process.OutputTail));
                Assert.DoesNotContain("Return-Path: <smuggled", stored, StringComparison.Ordinal);
                Assert.DoesNotContain('\r', stored);
                Assert.DoesNotContain('\0', stored);
                Assert.Equal(before + 1, maildir.Count);
            }
            else
            {
                AssertRefused(reply);
                await net.Edge.EmptyQueueAsync();
                Assert.Equal(before, maildir.Count);
            }
        }
    }

    private static void AssertRefused(SmtpReply reply)
    {
        Assert.Equal(550, reply.Code);
        Assert.Contains("5.5.2", reply.Text, StringComparison.Ordinal);
    }

    // One reply to the content, then one to QUIT: any other answer means that something in the content was taken for a command.
    private async Task<SmtpReply> SendAsync(string name, string token, string recipient)
    {
        await using SmtpConversation client = await SmtpConversation.OpenAsync(net.Edge.SmtpPort);
        await client.ExpectAsync(250, await client.CommandAsync("MAIL FROM:<s@client.test>"));
        await client.ExpectAsync(250, await client.CommandAsync($"RCPT TO:<{recipient}>"));
        await client.ExpectAsync(354, await client.CommandAsync("DATA"));
        await client.SendAsync($"X-Token: {token}\r\nSubject: {name}\r\n\r\nfirst{Smuggling.Sequences[name]}"
            + $"MAIL FROM:<{SmuggledSender}>\r\nRCPT TO:<{recipient}>\r\nDATA\r\nSubject: second\r\n\r\nsmuggled\r\n.\r\n");
        SmtpReply reply = await client.ReadReplyAsync();
        await client.ExpectAsync(221, await client.CommandAsync("QUIT"));
        return reply;
    }

    /// <summary>An edge before a real Postfix.</summary>
    public sealed class Net : IAsyncLifetime
    {
        private EdgeServer? _edge;
        private PostfixSink? _postfix;

        internal EdgeServer Edge => _edge!;

        internal PostfixSink Postfix => _postfix!;

        public async ValueTask InitializeAsync()
        {
            _postfix = await PostfixSink.StartAsync();
            _edge = await EdgeServer.StartAsync(settings =>
            {
                settings.Route("next", "smtp", Postfix.Port);
                settings.Domain(PostfixSink.Domain, "next");
            });
        }

        public async ValueTask DisposeAsync()
        {
            if (_edge is not null)
                await _edge.DisposeAsync();
            if (_postfix is not null)
                await _postfix.DisposeAsync();
        }
    }
}
