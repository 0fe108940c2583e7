using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using EdgeSmtp.Tests.Backends.Clients;

namespace EdgeSmtp.Tests.Backends.Load;

/// <summary>Clients that send numbered messages until they are stopped, and remember which of them were answered with 250.</summary>
internal sealed class LoadSender(int port, int qmtpPort, params IReadOnlyList<string> recipients)
{
    private const int BodyBytesMax = 20_000;

    private readonly List<Task> _clients = [];
    private readonly byte[] _filler = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('b', 70) + "\r\n", BodyBytesMax / 72)));

    /// <summary>Token of each acknowledged message, with its recipient.</summary>
    public ConcurrentDictionary<string, string> Acknowledged { get; } = new(StringComparer.Ordinal);

    /// <summary>Replies that were neither 250 nor a closing of the service.</summary>
    public ConcurrentBag<string> Complaints { get; } = [];

    /// <summary>Messages whose content was under way when the connection ended: the client cannot know whether they were taken.</summary>
    public int Cut => _cut;

    private volatile bool _stopping;
    private int _cut;

    public void Start(int smtpClients, int qmtpClients)
    {
        for (int i = 0; i < smtpClients; i++)
            _clients.Add(SmtpAsync(i));
        for (int i = 0; i < qmtpClients; i++)
            _clients.Add(QmtpAsync(i));
    }

    public async Task StopAsync()
    {
        _stopping = true;
        await Task.WhenAll(_clients);
    }

    private async Task SmtpAsync(int seed)
    {
        Random random = new(seed);
        while (!_stopping)
        {
            try
            {
                await using SmtpConversation client = await SmtpConversation.ConnectAsync(port);
                if ((await client.ReadReplyAsync()).Code == 220 && (await client.CommandAsync("EHLO client.example.test")).Code == 250)
                    while (!_stopping && await OneAsync(client, random))
                    {
                    }
            }
            catch (Exception error) when (error is SocketException or IOException)
            {
                // The server is down just now: try again until the test ends.
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }
    }

    private async Task<bool> OneAsync(SmtpConversation client, Random random)
    {
        (string token, string recipient, byte[] content) = Next(random);
        foreach (string command in new[] { "MAIL FROM:<s@client.test>", $"RCPT TO:<{recipient}>", "DATA" })
        {
            SmtpReply reply = await client.CommandAsync(command);
            if (reply.IsClosed || reply.Code == 421)
                return false;
            if (reply.Code is not (250 or 354))
            {
                Complaints.Add($"{command}: {reply}");
                return false;
            }
        }
        SmtpReply last = SmtpReply.Closed;
        try
        {
            await client.SendAsync(DotStuffing.Apply(content));
            last = await client.ReadReplyAsync();
        }
        catch (IOException)
        {
        }
        if (last.Code == 250)
        {
            Acknowledged[token] = recipient;
            return true;
        }
        if (last.IsClosed)
            Interlocked.Increment(ref _cut);
        else if (last.Code != 421)
            Complaints.Add(last.Text);
        return false;
    }

    private async Task QmtpAsync(int seed)
    {
        Random random = new(1_000 + seed);
        while (!_stopping)
        {
            try
            {
                using QmtpConversation client = await QmtpConversation.ConnectAsync(qmtpPort);
                while (!_stopping)
                {
                    (string token, string recipient, byte[] content) = Next(random);
                    string? answer = (await client.SubmitAsync("s@client.test", [recipient], content))[0];
                    if (answer is null)
                        break;
                    if (answer.StartsWith('K'))
                        Acknowledged[token] = recipient;
                    else
                        Complaints.Add(answer);
                }
            }
            catch (Exception error) when (error is SocketException or IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }
    }

    private (string Token, string Recipient, byte[] Content) Next(Random random)
    {
        string token = $"tok-{Guid.NewGuid():N}";
        string recipient = recipients[random.Next(recipients.Count)];
        byte[] head = Encoding.ASCII.GetBytes($"X-Token: {token}\r\nSubject: load\r\n\r\n");
        return (token, recipient, [.. head, .. _filler.AsSpan(0, random.Next(_filler.Length / 72) * 72)]);
    }
}
