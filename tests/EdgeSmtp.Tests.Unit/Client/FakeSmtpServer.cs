using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EdgeSmtp.Tests.Unit.Client;

/// <summary>An obliging SMTP or LMTP server whose replies a test can override, and which keeps everything it was told.</summary>
internal sealed class FakeSmtpServer : IAsyncDisposable
{
    private readonly LoopbackServer _server;

    public FakeSmtpServer() => _server = new LoopbackServer(RunAsync);

    public IPEndPoint EndPoint => _server.EndPoint;

    public int Connections => _server.Connections;

    /// <summary>Keywords of EHLO and LHLO.</summary>
    public List<string> Extensions { get; } = ["PIPELINING", "SIZE 10000000", "8BITMIME", "ENHANCEDSTATUSCODES", "DSN"];

    /// <summary>Replaces a reply: gets the command line (or <c>.</c> for the end of content) and gives the reply, or <c>null</c> for the usual one. <c>close</c> closes.</summary>
    public Func<string, string?> Reply { get; set; } = static _ => null;

    public string Greeting { get; set; } = "220 fake ESMTP";

    public X509Certificate2? Certificate { get; set; }

    public bool ImplicitTls { get; set; }

    public bool Lmtp { get; set; }

    /// <summary>Every command of every connection, in order.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    public ConcurrentQueue<ReceivedMessage> Messages { get; } = new();

    /// <summary>Called when a command was read and before it is answered.</summary>
    public Func<string, Task>? OnCommand { get; set; }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task RunAsync(ServerPeer peer)
    {
        if (ImplicitTls) await peer.StartTlsAsync(Certificate!);
        await peer.WriteAsync(Greeting + "\r\n");
        Conversation state = new();
        while (await peer.ReadLineAsync() is { } line)
        {
            Commands.Enqueue(line);
            if (OnCommand is not null) await OnCommand(line);
            string verb = line.Split(' ')[0].ToUpperInvariant();
            byte[]? chunk = verb == "BDAT" ? await peer.ReadExactlyAsync(int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)) : null;
            string? reply = Reply(line) ?? Usual(verb, line, state, chunk, peer);
            if (reply == "close") return;
            if (reply.Length > 0) await peer.WriteAsync(reply + "\r\n");
            if (verb == "STARTTLS" && reply.StartsWith("220", StringComparison.Ordinal)) await peer.StartTlsAsync(Certificate!);
            else if (verb == "DATA" && reply.StartsWith("354", StringComparison.Ordinal) && !await EndOfDataAsync(peer, state)) return;
            if (verb == "QUIT" || reply.StartsWith("421", StringComparison.Ordinal)) return;
        }
    }

    private async Task<bool> EndOfDataAsync(ServerPeer peer, Conversation state)
    {
        byte[] data = await peer.ReadDataAsync();
        Commands.Enqueue(".");
        if (OnCommand is not null) await OnCommand(".");
        return await FinishAsync(peer, state, data);
    }

    private async Task<bool> FinishAsync(ServerPeer peer, Conversation state, byte[] data)
    {
        List<string> replies = [];
        foreach (string recipient in Lmtp ? state.Recipients : [string.Empty])
            replies.Add(Reply(Lmtp ? $". {recipient}" : ".") ?? (state.Recipients.Count > 0 ? "250 2.0.0 ok" : "554 5.5.1 no valid recipients"));

        // Kept before it is answered, so that a test that has the reply finds the message.
        if (replies.Exists(reply => reply.StartsWith('2'))) Messages.Enqueue(new ReceivedMessage(state.Sender, [.. state.Recipients], data, peer.IsTls));
        foreach (string reply in replies)
        {
            if (reply == "close") return false;
            await peer.WriteAsync(reply + "\r\n");
            if (reply.StartsWith("421", StringComparison.Ordinal)) return false;
        }

        state.Clear();
        return true;
    }

    private string Usual(string verb, string line, Conversation state, byte[]? chunk, ServerPeer peer)
    {
        switch (verb)
        {
            case "EHLO" or "LHLO":
                StringBuilder offers = new("250-fake");
                List<string> words = [.. Extensions];
                if (Certificate is not null && !peer.IsTls) words.Add("STARTTLS");
                if (words.Count == 0) return "250 fake";
                for (int i = 0; i < words.Count; i++) offers.Append("\r\n250").Append(i == words.Count - 1 ? ' ' : '-').Append(words[i]);
                return offers.ToString();
            case "STARTTLS":
                return "220 go ahead";
            case "MAIL":
                state.Clear();
                state.Sender = line[10..];
                return "250 2.1.0 sender ok";
            case "RCPT":
                state.Recipients.Add(line[8..]);
                return "250 2.1.5 recipient ok";
            case "RSET":
                state.Clear();
                return "250 2.0.0 ok";
            case "DATA":
                return state.Recipients.Count > 0 ? "354 go ahead" : "503 5.5.1 no valid recipients";
            case "BDAT":
                return Chunk(line, state, chunk!, peer);
            case "QUIT":
                return "221 2.0.0 bye";
            default:
                return "250 2.0.0 ok";
        }
    }

    private string Chunk(string line, Conversation state, byte[] chunk, ServerPeer peer)
    {
        if (state.Recipients.Count == 0) return "503 5.5.1 no valid recipients";
        state.Chunks.Write(chunk);
        if (!line.EndsWith("LAST", StringComparison.OrdinalIgnoreCase)) return "250 2.0.0 chunk ok";
        Messages.Enqueue(new ReceivedMessage(state.Sender, [.. state.Recipients], state.Chunks.ToArray(), peer.IsTls));
        state.Clear();
        return "250 2.0.0 ok";
    }

    private sealed class Conversation
    {
        public string Sender { get; set; } = string.Empty;

        public List<string> Recipients { get; } = [];

        public MemoryStream Chunks { get; private set; } = new();

        public void Clear()
        {
            Recipients.Clear();
            Chunks = new MemoryStream();
        }
    }
}

internal sealed record ReceivedMessage(string Sender, IReadOnlyList<string> Recipients, byte[] Data, bool Tls)
{
    public string Text => Encoding.UTF8.GetString(Data);
}
