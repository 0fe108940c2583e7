using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeSmtp.Testing.Scripts;
using Microsoft.AspNetCore.Connections;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline.Kit;

public sealed class SmtpScriptTests
{
    private const string Conversation = """
        # the greeting may say anything
        S: 220 * ESMTP*

        C: EHLO client.example
        S+ 250 *
        C: NOOP
        C: QUIT
        S: 250 NOOP
        S: 221 *
        S: <closed>
        """;

    [Theory]
    [InlineData("", "", true)]
    [InlineData("*", "", true)]
    [InlineData("250 *", "250 ", true)]
    [InlineData("250 *", "250", false)]
    [InlineData("*a*b", "xaxxb", true)]
    [InlineData("*a*b", "xaxxbc", false)]
    [InlineData("a*", "ba", false)]
    [InlineData("abc", "abcd", false)]
    [InlineData("**ab**", "ab", true)]
    public void Wildcard_Matches_AnyCharacters(string pattern, string text, bool expected) => Assert.Equal(expected, Wildcard.Matches(pattern, text));

    [Fact]
    public async Task Conversation_OverMemory_RunsToItsEnd()
    {
        await using InMemoryTransport transport = new();
        Task server = transport.ServeAsync(Echo);
        string transcript = await SmtpScript.RunAsync(transport.Client, Conversation);
        await server;
        Assert.Contains("C: QUIT", transcript, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conversation_OverASocket_RunsToItsEnd()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using Socket client = new(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using Socket accepted = await listener.AcceptSocketAsync();
        await using NetworkStream stream = new(accepted, ownsSocket: true);
        await using InMemoryTransport unused = new();
        Task server = EchoAsync(PipeReader.Create(stream), PipeWriter.Create(stream));
        await using ScriptPeer peer = ScriptPeer.Over(client);
        Task<string> run = SmtpScript.RunAsync(peer, Conversation);
        await server;
        accepted.Shutdown(SocketShutdown.Send);
        await run;
    }

    [Fact]
    public async Task Reply_OtherThanExpected_SaysWhereAndWhatWentBefore()
    {
        await using InMemoryTransport transport = new();
        Task server = transport.ServeAsync(Echo);
        ScriptException error = await Assert.ThrowsAsync<ScriptException>(() => SmtpScript.RunAsync(transport.Client, "S: 220 *\nC: HELO x\nS: 500 *"));
        Assert.StartsWith("Line 3 of the script expects Expect '500 *', found '250-HELO x'.", error.Message, StringComparison.Ordinal);
        Assert.Contains("C: HELO x", error.Message, StringComparison.Ordinal);
        await transport.Client.HalfCloseAsync();
        await server;
    }

    [Fact]
    public async Task HalfClose_ServerGoesOnAnswering()
    {
        await using InMemoryTransport transport = new();
        Task server = transport.ServeAsync(AnswerBehindTheEnd);
        await SmtpScript.RunAsync(transport.Client, "S: 220 *\nC: NOOP\nX: half-close\nS: 250 NOOP\nS: <closed>");
        await server;
        Assert.True(transport.Server.ConnectionClosed.IsCancellationRequested);
    }

    [Fact]
    public async Task Reset_ServerReadsItAsAnException()
    {
        await using InMemoryTransport transport = new();
        Task server = transport.ServeAsync(Echo);
        await SmtpScript.RunAsync(transport.Client, "S: 220 *\nX: reset");
        await Assert.ThrowsAsync<ConnectionResetException>(() => server);
    }

    [Fact]
    public async Task Abort_ByTheServer_ReachesTheClientAsAReset()
    {
        await using InMemoryTransport transport = new();
        transport.Server.Abort(new ConnectionAbortedException("enough"));
        await Assert.ThrowsAsync<ConnectionResetException>(async () => await transport.Client.Stream.ReadExactlyAsync(new byte[1]));
    }

    [Fact]
    public async Task BackPressure_OfAServerThatDoesNotRead_HoldsTheClientUp()
    {
        await using InMemoryTransport transport = new();
        Task write = transport.Client.Stream.WriteAsync(new byte[256 * 1024]).AsTask();
        Assert.False(write.IsCompleted);
        ReadResult read = await transport.Server.Transport.Input.ReadAsync();
        transport.Server.Transport.Input.AdvanceTo(read.Buffer.End);
        await write;
    }

    [Fact]
    public async Task RawStep_SendsExactlyTheBytesNamed()
    {
        await using InMemoryTransport transport = new();
        await SmtpScript.RunAsync(transport.Client, @"C< a\x00\xFF\r\n.\n\\");
        ReadResult read = await transport.Server.Transport.Input.ReadAsync();
        Assert.Equal("a\0\u00FF\r\n.\n\\", Encoding.Latin1.GetString(read.Buffer));
    }

    [Theory]
    [InlineData("Q: what")]
    [InlineData("C< \\q")]
    [InlineData("C< \\x1")]
    [InlineData("X: sleep")]
    public void Parse_UnknownLine_Throws(string script) => Assert.Throws<FormatException>(() => SmtpScript.Parse(script));

    private static Task Echo(ConnectionContext connection) => EchoAsync(connection.Transport.Input, connection.Transport.Output);

    /// <summary>Greets, and answers only when the client has closed its side.</summary>
    private static async Task AnswerBehindTheEnd(ConnectionContext connection)
    {
        await connection.Transport.Output.WriteAsync("220 mx.example ESMTP ready\r\n"u8.ToArray());
        ReadResult read;
        do
        {
            read = await connection.Transport.Input.ReadAsync();
            connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
        while (!read.IsCompleted);
        await connection.Transport.Output.WriteAsync("250 NOOP\r\n"u8.ToArray());
    }

    /// <summary>Greets, answers every line with a two-line reply, and leaves after QUIT or at the end of input.</summary>
    private static async Task EchoAsync(PipeReader input, PipeWriter output)
    {
        await output.WriteAsync("220 mx.example ESMTP ready\r\n"u8.ToArray());
        while (true)
        {
            ReadResult read = await input.ReadAsync();
            ReadOnlySequence<byte> rest = read.Buffer;
            while (TryReadLine(ref rest, out string line))
            {
                if (line == "QUIT")
                {
                    await output.WriteAsync("221 bye\r\n"u8.ToArray());
                    input.AdvanceTo(rest.Start);
                    return;
                }

                string reply = line == "NOOP" ? "250 NOOP\r\n" : $"250-{line}\r\n250 {line}\r\n";
                await output.WriteAsync(Encoding.ASCII.GetBytes(reply));
            }

            input.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private static bool TryReadLine(ref ReadOnlySequence<byte> rest, out string line)
    {
        SequenceReader<byte> reader = new(rest);
        bool isThere = reader.TryReadTo(out ReadOnlySequence<byte> text, "\r\n"u8);
        line = isThere ? Encoding.ASCII.GetString(text) : string.Empty;
        rest = isThere ? reader.UnreadSequence : rest;
        return isThere;
    }
}
