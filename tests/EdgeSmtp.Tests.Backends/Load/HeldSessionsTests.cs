using System.Collections.Concurrent;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Load;

/// <summary>5,000 sessions held open, greet-delayed, and then served.</summary>
[Collection<Alone>]
public sealed class HeldSessionsTests
{
    private const int Sessions = 5_000;

    // A generous ceiling for CI, where the runtime decides when it collects; docs/performance.md has the measured figure.
    private const long KibPerSessionMax = 40;

    [Fact]
    public async Task FiveThousandSessions_GreetDelayed_AreAllServed()
    {
        await using EdgeServer edge = await EdgeServer.StartAsync(settings => settings.Filter("greet")["Delay"] = "00:00:02");
        await using (SmtpConversation first = await SmtpConversation.OpenAsync(edge.SmtpPort))
            await first.CommandAsync("NOOP");
        long before = edge.PrivateKib();

        ConcurrentBag<SmtpConversation> held = [];
        await ForEachAsync(Sessions, async _ => held.Add(await SmtpConversation.ConnectAsync(edge.SmtpPort)));
        foreach (SmtpConversation client in held)
        {
            await client.ExpectAsync(220, await client.ReadReplyAsync());
            await client.ExpectAsync(250, await client.CommandAsync("EHLO client.example.test"));
        }
        long perSession = (edge.PrivateKib() - before) * 1024 / Sessions;
        TestContext.Current.SendDiagnosticMessage($"{Sessions} idle sessions: {perSession} bytes of private memory each.");
        Assert.InRange(perSession, 0, KibPerSessionMax * 1024);

        int served = 0;
        ConcurrentBag<string> refused = [];
        await Parallel.ForEachAsync(held, new ParallelOptions { MaxDegreeOfParallelism = 100 }, async (client, _) =>
        {
            SmtpReply reply = await client.TransactionAsync("s@client.test", "user@example.test", "Subject: held\r\n\r\nx\r\n"u8.ToArray());
            if (reply.Code == 250)
                Interlocked.Increment(ref served);
            else
                refused.Add(reply.Text);
            await client.DisposeAsync();
        });
        Assert.Empty(refused);
        Assert.Equal(Sessions, served);
        await edge.MaildirOf("user").CountAsync(Sessions, TimeSpan.FromMinutes(2), () => edge.Process.OutputTail);
    }

    private static Task ForEachAsync(int count, Func<int, Task> action) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (index, _) => await action(index));
}
