using System.Collections.Concurrent;
using System.Net.Sockets;
using EdgeSmtp.Tests.Backends.Clients;

namespace EdgeSmtp.Tests.Backends.Load;

/// <summary>Clients that send messages until they are stopped, and remember which of them were answered with 250.</summary>
/// <param name="port">Where SMTP is spoken.</param>
/// <param name="qmtpPort">Where QMTP is spoken.</param>
/// <param name="next">Makes the next message.</param>
/// <param name="pause">What each client waits after each of its messages.</param>
internal sealed class LoadSender(int port, int qmtpPort, Func<Random, LoadMail> next, TimeSpan pause = default)
{
    private readonly List<Task> _clients = [];

    /// <summary>Each acknowledged message by its token.</summary>
    public ConcurrentDictionary<string, LoadMail> Acknowledged { get; } = new(StringComparer.Ordinal);

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
        LoadMail mail = next(random);
        foreach (string command in new[] { "MAIL FROM:<s@client.test>", $"RCPT TO:<{mail.Recipient}>", "DATA" })
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
            await client.SendAsync(DotStuffing.Apply(mail.Content));
            last = await client.ReadReplyAsync();
        }
        catch (IOException)
        {
        }
        if (last.Code == 250)
        {
            Acknowledged[mail.Token] = mail;
            await PauseAsync();
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
                    LoadMail mail = next(random);
                    string? answer = (await client.SubmitAsync("s@client.test", [mail.Recipient], mail.Content))[0];
                    if (answer is null)
                        break;
                    if (answer.StartsWith('K'))
                        Acknowledged[mail.Token] = mail;
                    else
                        Complaints.Add(answer);
                    await PauseAsync();
                }
            }
            catch (Exception error) when (error is SocketException or IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }
    }

    private Task PauseAsync() => pause == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(pause, TimeProvider.System);
}
