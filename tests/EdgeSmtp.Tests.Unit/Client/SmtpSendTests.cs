using System.Buffers;
using System.Text;
using EdgeSmtp.Client.Smtp;
using EdgeSmtp.Protocol.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Client;

public sealed class SmtpSendTests
{
    private const string Message = "Subject: x\r\n\r\n.leading\r\n..two\r\nend\r\n";

    public static TheoryData<string[], bool> Offers => new()
    {
        { [], false },
        { ["PIPELINING"], false },
        { ["CHUNKING"], false },
        { ["PIPELINING", "CHUNKING"], false },
        { ["PIPELINING", "SIZE", "8BITMIME", "DSN"], true },
        { [], true },
    };

    [Theory]
    [MemberData(nameof(Offers))]
    public async Task Send_WhateverIsOffered_ContentArrivesByteForByte(string[] extensions, bool lmtp)
    {
        await using FakeSmtpServer server = Offering(extensions);
        server.Lmtp = lmtp;
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server, ClientCase.Options() with { Protocol = lmtp ? ClientProtocol.Lmtp : ClientProtocol.Smtp });
        SmtpSendResult result = await connection.SendAsync(ClientCase.Transaction(Message, "a@example.net", "b@example.net"), CancellationToken.None);

        Assert.All(result.Recipients, recipient => Assert.Equal(RecipientOutcome.Accepted, recipient.Outcome));
        Assert.Null(result.Failure);
        ReceivedMessage received = Assert.Single(server.Messages);
        Assert.Equal(Message, extensions.Contains("CHUNKING") ? received.Text : Unstuffed(received.Text));
        Assert.Equal(["<a@example.net>", "<b@example.net>"], received.Recipients);
        Assert.True(connection.IsUsable);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_LargeContent_ArrivesWhole(bool chunking)
    {
        StringBuilder text = new("Subject: large\r\n\r\n");
        for (int i = 0; i < 20_000; i++) text.Append(i % 7 == 0 ? "." : "line ").Append(i).Append("\r\n");
        await using FakeSmtpServer server = Offering(chunking ? ["PIPELINING", "CHUNKING"] : ["PIPELINING"]);
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server, ClientCase.Options() with { ChunkBytesMax = 70_000 });
        SmtpTransaction transaction = ClientCase.Transaction(text.ToString(), "a@example.net");
        SmtpSendResult result = await connection.SendAsync(transaction, CancellationToken.None);

        Assert.Equal(RecipientOutcome.Accepted, result.Recipients[0].Outcome);
        string received = server.Messages.Single().Text;
        Assert.Equal(text.ToString(), chunking ? received : Unstuffed(received));
        if (chunking) Assert.True(server.Commands.Count(command => command.StartsWith("BDAT", StringComparison.Ordinal)) > 2);
    }

    [Fact]
    public async Task Send_ContentInManySegments_ArrivesWhole()
    {
        await using FakeSmtpServer server = new();
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server);
        SmtpTransaction transaction = new()
        {
            ReversePath = ClientCase.Path("s@example.org"),
            Recipients = [new SmtpRecipient(ClientCase.Path("a@example.net"))],
            Content = Segments(Encoding.ASCII.GetBytes(Message)),
        };
        await connection.SendAsync(transaction, CancellationToken.None);
        Assert.Equal(Message, Unstuffed(server.Messages.Single().Text));
    }

    [Fact]
    public async Task Send_Pipelining_EnvelopeAndDataGoTogether() // RFC 2920 §3.1
    {
        TaskCompletionSource<int> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using LoopbackServer server = new(async peer =>
        {
            await peer.WriteAsync("220 hi\r\n");
            await peer.ReadLineAsync();
            await peer.WriteAsync("250-fake\r\n250 PIPELINING\r\n");
            int count = 0;
            // Nothing is answered until DATA is there: a client that waits would wait for ever.
            while (await peer.ReadLineAsync() is { } line && ++count > 0 && line != "DATA")
            {
            }

            seen.SetResult(count);
            await peer.WriteAsync("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n");
            await peer.ReadDataAsync();
            await peer.WriteAsync("250 ok\r\n");
            await peer.DrainAsync();
        });
        SmtpConnectResult opened = await SmtpClientConnection.OpenAsync(ClientCase.Target(server.EndPoint), ClientCase.Options(), TimeProvider.System, CancellationToken.None);
        using SmtpClientConnection connection = opened.Connection!;
        SmtpSendResult result = await connection.SendAsync(ClientCase.Transaction(Message, "a@example.net", "b@example.net"), CancellationToken.None);
        Assert.Equal(4, await seen.Task);
        Assert.Equal(RecipientOutcome.Accepted, result.Recipients[1].Outcome);
    }

    [Fact]
    public async Task Send_MoreRecipientsThanTheWindow_AllAreAccepted()
    {
        await using FakeSmtpServer server = new();
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server, ClientCase.Options() with { PipelineCommandsMax = 3 });
        string[] recipients = [.. Enumerable.Range(0, 50).Select(i => $"r{i}@example.net")];
        SmtpSendResult result = await connection.SendAsync(ClientCase.Transaction(Message, recipients), CancellationToken.None);
        Assert.All(result.Recipients, recipient => Assert.Equal(RecipientOutcome.Accepted, recipient.Outcome));
        Assert.Equal(50, server.Messages.Single().Recipients.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_MixedRcptReplies_EachRecipientHasItsOwn(bool pipelining)
    {
        await using FakeSmtpServer server = new()
        {
            Reply = line => line.StartsWith("RCPT TO:<no", StringComparison.Ordinal) ? "550 5.1.1 no such user" : line.StartsWith("RCPT TO:<later", StringComparison.Ordinal) ? "450 4.2.1 later" : null,
        };
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server, ClientCase.Options() with { Pipelining = pipelining });
        SmtpSendResult result = await connection.SendAsync(ClientCase.Transaction(Message, "no@example.net", "a@example.net", "later@example.net"), CancellationToken.None);

        Assert.Equal([RecipientOutcome.Permanent, RecipientOutcome.Accepted, RecipientOutcome.Temporary], result.Recipients.Select(recipient => recipient.Outcome));
        Assert.Equal("5.1.1", result.Recipients[0].Reply!.EnhancedCode);
        Assert.Equal(["<a@example.net>"], server.Messages.Single().Recipients);
    }

    [Theory]
    [InlineData("452 4.5.3 too many")]
    [InlineData("552 too many")]
    public async Task Send_TooManyAfterSome_RestIsForTheNextTransaction(string reply) // RFC 5321 §4.5.3.1.10
    {
        int taken = 0;
        await using FakeSmtpServer server = new();
        server.Reply = line =>
        {
            if (line.StartsWith("MAIL", StringComparison.Ordinal)) taken = 0;
            return line.StartsWith("RCPT", StringComparison.Ordinal) && ++taken > 2 ? reply : null;
        };
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server, ClientCase.Options() with { PipelineCommandsMax = 4 });
        string[] all = [.. Enumerable.Range(0, 9).Select(i => $"r{i}@example.net")];
        SmtpSendResult first = await connection.SendAsync(ClientCase.Transaction(Message, all), CancellationToken.None);

        Assert.Equal(2, first.Recipients.Count(recipient => recipient.Outcome == RecipientOutcome.Accepted));
        Assert.Equal(7, first.Recipients.Count(recipient => recipient.Outcome == RecipientOutcome.TooMany));
        SmtpSendResult second = await connection.SendAsync(ClientCase.Transaction(Message, all[2..4]), CancellationToken.None);
        Assert.All(second.Recipients, recipient => Assert.Equal(RecipientOutcome.Accepted, recipient.Outcome));
        Assert.Equal(2, server.Messages.Count);
    }

    [Fact]
    public async Task Send_FirstRecipient452_IsTemporary()
    {
        await using FakeSmtpServer server = new() { Reply = line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "452 4.3.1 full" : null };
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server);
        SmtpSendResult result = await connection.SendAsync(ClientCase.Transaction(Message, "a@example.net"), CancellationToken.None);
        Assert.Equal(RecipientOutcome.Temporary, result.Recipients[0].Outcome);
    }

    [Theory]
    [InlineData("550 5.7.1 no", RecipientOutcome.Permanent)]
    [InlineData("451 4.7.1 later", RecipientOutcome.Temporary)]
    public async Task Send_MailRefused_DecidesAllAndTheConnectionGoesOn(string reply, RecipientOutcome outcome)
    {
        bool refuse = true;
        await using FakeSmtpServer server = new();
        server.Reply = line => refuse && !line.StartsWith("EHLO", StringComparison.Ordinal) ? line.StartsWith("MAIL", StringComparison.Ordinal) ? reply : line == "DATA" ? "503 5.5.1 no" : null : null;
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server);
        SmtpSendResult result = await connection.SendAsync(ClientCase.Transaction(Message, "a@example.net", "b@example.net"), CancellationToken.None);
        Assert.All(result.Recipients, recipient => Assert.Equal(outcome, recipient.Outcome));

        refuse = false;
        result = await connection.SendAsync(ClientCase.Transaction(Message, "a@example.net"), CancellationToken.None);
        Assert.Equal(RecipientOutcome.Accepted, result.Recipients[0].Outcome);
        Assert.Contains("RSET", server.Commands);
    }

    [Fact]
    public async Task Send_NobodyAcceptedButDataInvited_SendsAnEmptyMessageAndStaysInStep() // RFC 2920 §3.1
    {
        bool refuse = true;
        await using FakeSmtpServer server = new();
        server.Reply = line => !refuse ? null : line.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.1.1 no" : line == "DATA" ? "354 go" : null;
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server);
        SmtpSendResult result = await connection.SendAsync(ClientCase.Transaction(Message, "a@example.net"), CancellationToken.None);
        Assert.Equal(RecipientOutcome.Permanent, result.Recipients[0].Outcome);
        Assert.Empty(server.Messages);

        refuse = false;
        result = await connection.SendAsync(ClientCase.Transaction(Message, "b@example.net"), CancellationToken.None);
        Assert.Equal(RecipientOutcome.Accepted, result.Recipients[0].Outcome);
    }

    [Theory]
    [InlineData("554 5.6.0 bad content", RecipientOutcome.Permanent)]
    [InlineData("451 4.3.0 later", RecipientOutcome.Temporary)]
    [InlineData("250 2.0.0 ok", RecipientOutcome.Accepted)]
    public async Task Send_ReplyToContent_CountsForAllAccepted(string reply, RecipientOutcome outcome)
    {
        await using FakeSmtpServer server = new() { Reply = line => line == "." ? reply : null };
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server);
        SmtpSendResult result = await connection.SendAsync(ClientCase.Transaction(Message, "a@example.net", "b@example.net"), CancellationToken.None);
        Assert.All(result.Recipients, recipient => Assert.Equal(outcome, recipient.Outcome));
    }

    [Fact]
    public async Task Send_Lmtp_OneReplyForEachAcceptedRecipient() // RFC 2033 §4.2
    {
        await using FakeSmtpServer server = new()
        {
            Lmtp = true,
            Reply = line => line.StartsWith("RCPT TO:<no", StringComparison.Ordinal) ? "550 5.1.1 no such user"
                : line == ". <full@example.net>" ? "452 4.2.2 over quota"
                : line == ". <bad@example.net>" ? "554 5.7.1 no" : null,
        };
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server, ClientCase.Options() with { Protocol = ClientProtocol.Lmtp });
        SmtpSendResult result = await connection.SendAsync(ClientCase.Transaction(Message, "a@example.net", "no@example.net", "full@example.net", "bad@example.net"), CancellationToken.None);
        Assert.Equal([RecipientOutcome.Accepted, RecipientOutcome.Permanent, RecipientOutcome.Temporary, RecipientOutcome.Permanent], result.Recipients.Select(recipient => recipient.Outcome));
    }

    [Fact]
    public async Task Send_DsnOffered_ParametersArePassedOn() // RFC 3461 §5.2.1
    {
        await using FakeSmtpServer server = new();
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server);
        SmtpSendResult result = await connection.SendAsync(DsnTransaction(), CancellationToken.None);

        Assert.True(result.DsnPassedOn);
        Assert.Contains($"MAIL FROM:<sender@example.org> SIZE={Message.Length} RET=HDRS ENVID=id+2B1", server.Commands);
        Assert.Contains("RCPT TO:<a@example.net> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;x+2By@example.net", server.Commands);
        Assert.Contains("RCPT TO:<b@example.net> NOTIFY=NEVER", server.Commands);
    }

    [Fact]
    public async Task Send_DsnNotOffered_ParametersAreLeftOut()
    {
        await using FakeSmtpServer server = Offering(["PIPELINING"]);
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server);
        SmtpSendResult result = await connection.SendAsync(DsnTransaction(), CancellationToken.None);
        Assert.False(result.DsnPassedOn);
        Assert.Contains("MAIL FROM:<sender@example.org>", server.Commands);
        Assert.Contains("RCPT TO:<a@example.net>", server.Commands);
    }

    [Fact]
    public async Task Send_TwoTransactions_SecondNeedsNoReset()
    {
        await using FakeSmtpServer server = new();
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server);
        await connection.SendAsync(ClientCase.Transaction(Message, "a@example.net"), CancellationToken.None);
        await connection.SendAsync(ClientCase.Transaction(Message, "b@example.net"), CancellationToken.None);
        Assert.Equal((1, 2, 2), (server.Connections, server.Messages.Count, connection.Transactions));
        Assert.DoesNotContain("RSET", server.Commands);
        await connection.QuitAsync();
        Assert.Equal("QUIT", server.Commands.Last());
    }

    [Fact]
    public async Task Send_ServerSaid421WhileIdle_ConnectionIsNotUsable()
    {
        TaskCompletionSource said = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using LoopbackServer server = new(async peer =>
        {
            await peer.WriteAsync("220 hi\r\n");
            await peer.ReadLineAsync();
            await peer.WriteAsync("250 fake\r\n");
            await said.Task;
            await peer.WriteAsync("421 4.4.2 idle\r\n");
        });
        SmtpConnectResult opened = await SmtpClientConnection.OpenAsync(ClientCase.Target(server.EndPoint), ClientCase.Options(), TimeProvider.System, CancellationToken.None);
        using SmtpClientConnection connection = opened.Connection!;
        Assert.True(connection.IsUsable);
        said.SetResult();
        while (connection.IsUsable) await Task.Yield();
        Assert.False(connection.IsUsable);
    }

    internal static FakeSmtpServer Offering(string[] extensions)
    {
        FakeSmtpServer server = new();
        server.Extensions.Clear();
        server.Extensions.AddRange(extensions);
        return server;
    }

    internal static string Unstuffed(string data) => (data.StartsWith('.') ? data[1..] : data).Replace("\r\n.", "\r\n", StringComparison.Ordinal);

    private static SmtpTransaction DsnTransaction() => new()
    {
        ReversePath = ClientCase.Path("sender@example.org"),
        Recipients =
        [
            new SmtpRecipient(ClientCase.Path("a@example.net"), DsnNotify.Success | DsnNotify.Delay, "rfc822;x+2By@example.net"),
            new SmtpRecipient(ClientCase.Path("b@example.net"), DsnNotify.Never),
        ],
        Content = ClientCase.Bytes(Message),
        Return = DsnReturn.Headers,
        EnvelopeId = "id+2B1",
    };

    private static ReadOnlySequence<byte> Segments(byte[] bytes)
    {
        Piece first = new(bytes.AsMemory(0, 1), 0);
        Piece last = first;
        for (int i = 1; i < bytes.Length; i++) last = last.Append(bytes.AsMemory(i, 1));
        return new ReadOnlySequence<byte>(first, 0, last, 1);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long index)
        {
            Memory = memory;
            RunningIndex = index;
        }

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            Piece next = new(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
