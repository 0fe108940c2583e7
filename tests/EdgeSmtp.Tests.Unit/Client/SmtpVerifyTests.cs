using EdgeSmtp.Client.Net;
using EdgeSmtp.Client.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Client;

/// <summary>Asking a server about a recipient without sending anything.</summary>
public sealed class SmtpVerifyTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Verify_Recipients_GivesTheReplyToEachRcpt(bool pipelining)
    {
        await using FakeSmtpServer server = new();
        if (!pipelining) server.Extensions.Clear();
        server.Reply = static line => line switch
        {
            "RCPT TO:<no@example.net>" => "550 5.1.1 no such mailbox",
            "RCPT TO:<full@example.net>" => "452 4.2.2 full",
            _ => null,
        };
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server);

        Assert.Equal(RecipientOutcome.Accepted, await AskAsync(connection, "yes@example.net"));
        Assert.Equal(RecipientOutcome.Permanent, await AskAsync(connection, "no@example.net"));
        Assert.Equal(RecipientOutcome.Temporary, await AskAsync(connection, "full@example.net"));
        Assert.True(connection.IsUsable);
        Assert.Equal(3, connection.Transactions);
        Assert.Equal(
            [
                "EHLO edge.example.test", "MAIL FROM:<>", "RCPT TO:<yes@example.net>", "RSET", "MAIL FROM:<>", "RCPT TO:<no@example.net>", "RSET", "MAIL FROM:<>",
                "RCPT TO:<full@example.net>",
            ],
            server.Commands);
        Assert.Empty(server.Messages);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Verify_ServerRefusesTheNullReversePath_DecidesNothing(bool pipelining)
    {
        await using FakeSmtpServer server = new() { Reply = static line => line.StartsWith("MAIL", StringComparison.Ordinal) ? "550 5.7.1 no bounces here" : null };
        if (!pipelining) server.Extensions.Clear();
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server);
        SmtpVerifyResult result = await connection.VerifyAsync(ClientCase.Path("yes@example.net"), CancellationToken.None);

        Assert.Equal(RecipientOutcome.NotTried, result.Recipient.Outcome);
        Assert.Equal(550, result.Recipient.Reply!.Code);
        Assert.Null(result.Failure);
    }

    [Theory]
    [InlineData("MAIL", "421 4.3.2 going down", RecipientOutcome.NotTried)]
    [InlineData("RCPT", "421 4.3.2 going down", RecipientOutcome.Temporary)]
    [InlineData("MAIL", "354 what?", RecipientOutcome.NotTried)]
    [InlineData("RCPT", "354 what?", RecipientOutcome.NotTried)]
    [InlineData("MAIL", "nonsense", RecipientOutcome.NotTried)]
    [InlineData("RCPT", "close", RecipientOutcome.NotTried)]
    public async Task Verify_ServerBreaksOff_IsAFailureAndTheConnectionIsLost(string verb, string reply, RecipientOutcome expected)
    {
        await using FakeSmtpServer server = new() { Reply = line => line.StartsWith(verb, StringComparison.Ordinal) ? reply : null };
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server);
        SmtpVerifyResult result = await connection.VerifyAsync(ClientCase.Path("yes@example.net"), CancellationToken.None);

        Assert.Equal(expected, result.Recipient.Outcome);
        Assert.NotNull(result.Failure);
        Assert.False(connection.IsUsable);
    }

    // RFC 6531 §3.2: without the extension the address cannot even be asked about.
    [Fact]
    public async Task Verify_InternationalizedAddress_NeedsTheExtension()
    {
        await using FakeSmtpServer server = new();
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server);
        SmtpVerifyResult refused = await connection.VerifyAsync(ClientCase.Path("jürgen@example.net"), CancellationToken.None);
        Assert.Equal((RecipientOutcome.Permanent, true), (refused.Recipient.Outcome, refused.Recipient.IsLocal));
        Assert.Single(server.Commands);

        server.Extensions.Add("SMTPUTF8");
        using SmtpClientConnection second = await ClientCase.OpenAsync(server);
        Assert.Equal(RecipientOutcome.Accepted, await AskAsync(second, "jürgen@example.net"));
        Assert.Contains("MAIL FROM:<> SMTPUTF8", server.Commands);
    }

    [Fact]
    public async Task Verify_NoAnswerInTime_IsAFailure()
    {
        await using FakeSmtpServer server = new() { Reply = static line => line.StartsWith("RCPT", StringComparison.Ordinal) ? string.Empty : null };
        SmtpClientOptions options = ClientCase.Options() with { Timeouts = new SmtpTimeouts { Rcpt = TimeSpan.FromMilliseconds(50) } };
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server, options);
        SmtpVerifyResult result = await connection.VerifyAsync(ClientCase.Path("yes@example.net"), CancellationToken.None);

        Assert.Equal(WireFailure.TimedOut, result.Failure!.Wire);
    }

    [Fact]
    public async Task Verify_CallerGivesUp_ThrowsAndTheConnectionIsLost()
    {
        await using FakeSmtpServer server = new() { Reply = static line => line.StartsWith("RCPT", StringComparison.Ordinal) ? string.Empty : null };
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server);
        using CancellationTokenSource source = new();
        Task<SmtpVerifyResult> pending = connection.VerifyAsync(ClientCase.Path("yes@example.net"), source.Token).AsTask();
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        Assert.False(connection.IsUsable);
    }

    private static async Task<RecipientOutcome> AskAsync(SmtpClientConnection connection, string address)
    {
        SmtpVerifyResult result = await connection.VerifyAsync(ClientCase.Path(address), CancellationToken.None);
        Assert.Null(result.Failure);
        return result.Recipient.Outcome;
    }
}
