using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Policy;

/// <summary>§4 and §9.3 of the design: early verdicts wait for RCPT, so that they are logged with sender and recipient, unless the listener answers them at once; a disconnecting one never waits.</summary>
public sealed class RejectAtTests
{
    private static readonly string[] Steps = ["EHLO c.example", "MAIL FROM:<a@b.example>", "RCPT TO:<user@example.com>"];

    [Theory]
    [InlineData(RejectAt.Recipient, "connect", "220 250 250 550")]
    [InlineData(RejectAt.Recipient, "hello", "220 250 250 550")]
    [InlineData(RejectAt.Recipient, "mail", "220 250 250 550")]
    [InlineData(RejectAt.Recipient, "rcpt", "220 250 250 550")]
    [InlineData(RejectAt.Stage, "connect", "554 503 503 503")]
    [InlineData(RejectAt.Stage, "hello", "220 550 503 503")]
    [InlineData(RejectAt.Stage, "mail", "220 250 550 503")]
    [InlineData(RejectAt.Stage, "rcpt", "220 250 250 550")]
    public async Task Smtp_Reject_IsAnsweredWhereTheListenerSays(RejectAt rejectAt, string stage, string codes) =>
        Assert.Equal(codes, await SmtpAsync(rejectAt, stage, FakeFilter.Reject));

    [Theory]
    [InlineData(RejectAt.Recipient, "connect", "220 250 250 450")]
    [InlineData(RejectAt.Recipient, "mail", "220 250 250 450")]
    [InlineData(RejectAt.Stage, "connect", "421")]
    [InlineData(RejectAt.Stage, "hello", "220 450 503 503")]
    [InlineData(RejectAt.Stage, "mail", "220 250 450 503")]
    public async Task Smtp_Defer_IsAnsweredWhereTheListenerSays(RejectAt rejectAt, string stage, string codes) =>
        Assert.Equal(codes, await SmtpAsync(rejectAt, stage, FakeFilter.Defer));

    [Theory]
    [InlineData(RejectAt.Recipient, "connect", "554")]
    [InlineData(RejectAt.Recipient, "hello", "220 554")]
    [InlineData(RejectAt.Recipient, "mail", "220 250 554")]
    [InlineData(RejectAt.Stage, "mail", "220 250 554")]
    public async Task Smtp_Disconnect_NeverWaits(RejectAt rejectAt, string stage, string codes) =>
        Assert.Equal(codes, await SmtpAsync(rejectAt, stage, FakeFilter.Disconnect));

    [Theory]
    [InlineData(RejectAt.Recipient, "connect", "D K")]
    [InlineData(RejectAt.Recipient, "mail", "D K")]
    [InlineData(RejectAt.Stage, "connect", "D D")]
    [InlineData(RejectAt.Stage, "mail", "D D")]
    public async Task Qmtp_Reject_AnswersPostmasterTooOnlyAtItsStage(RejectAt rejectAt, string stage, string letters)
    {
        await using SessionHost host = new SessionHost(listener =>
        {
            listener.Protocol = SessionProtocol.Qmtp;
            listener.RejectAt = rejectAt;
        }).With(At(stage, FakeFilter.Reject));
        TestClient client = host.Connect();
        await client.SendAsync(Qmtp.QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com", "postmaster@example.com"));
        Assert.Equal(letters, $"{(await client.NetstringAsync())[0]} {(await client.NetstringAsync())[0]}");
    }

    [Theory]
    [InlineData(RejectAt.Recipient, "connect", "\"to\":\"user@example.com\"")]
    [InlineData(RejectAt.Recipient, "hello", "\"to\":\"user@example.com\"")]
    [InlineData(RejectAt.Stage, "mail", "\"from\":\"a@b.example\"")]
    public async Task Smtp_RefusalThatWaited_IsLoggedWithWhatIsKnownByThen(RejectAt rejectAt, string stage, string logged)
    {
        await using SessionHost host = new SessionHost(listener => listener.RejectAt = rejectAt).With(At(stage, FakeFilter.Reject));
        await TalkAsync(host);
        Assert.Contains(host.Events.Lines, line => line.Contains("\"reason\":\"no\"", StringComparison.Ordinal) && line.Contains(logged, StringComparison.Ordinal));
    }

    private static FakeFilter At(string stage, FilterReason reason)
    {
        Verdict Say(string at) => at == stage ? Verdict.From(reason) : default;
        return new FakeFilter { Connect = _ => Say("connect"), Hello = _ => Say("hello"), Mail = _ => Say("mail"), Rcpt = _ => Say("rcpt") };
    }

    private static async Task<string> SmtpAsync(RejectAt rejectAt, string stage, FilterReason reason)
    {
        await using SessionHost host = new SessionHost(listener => listener.RejectAt = rejectAt).With(At(stage, reason));
        return await TalkAsync(host);
    }

    /// <returns>The code of each reply.</returns>
    private static async Task<string> TalkAsync(SessionHost host)
    {
        TestClient client = host.Connect();
        List<string> codes = [(await client.ReplyAsync())[..3]];
        foreach (string step in Steps)
        {
            string reply = string.Empty;
            try
            {
                reply = await client.CommandAsync(step);
            }
            catch (InvalidOperationException)
            {
                // The server has closed.
            }

            if (reply.Length == 0)
            {
                break;
            }

            codes.Add(reply[..3]);
        }

        return string.Join(' ', codes);
    }
}
