using EdgeSmtp.Abstractions;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Filters;

/// <summary>Filters that are asked before relay control, and the reply to RCPT that they hold back.</summary>
public sealed class ReplyHoldTests
{
    private static readonly FilterReason NoMailbox = new(VerdictKind.Reject, "no-mailbox", 550, "5.1.1", "Recipient unknown");

    [Theory]
    [InlineData("user@example.com", "250 2.1.5")]
    [InlineData("nobody@example.com", "550 5.1.1")]
    [InlineData("user@elsewhere.example", "550 5.7.1")]
    public async Task Hold_ExistingOrNot_WaitsOnceForTheLongest(string recipient, string expected)
    {
        await using SessionHost host = new();
        host.With(Holding(3), Holding(6), Holding(2));
        TestClient client = await InMailAsync(host);
        Task<string> reply = client.CommandAsync($"RCPT TO:<{recipient}>");
        Assert.Equal(1, host.Value(SessionMetrics.RepliesHeld, "mx"));
        host.Time.Advance(TimeSpan.FromSeconds(5.9));
        Assert.False(reply.IsCompleted);
        host.Time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.StartsWith(expected, await reply, StringComparison.Ordinal);
        Assert.Equal(0, host.Value(SessionMetrics.RepliesHeld, "mx"));
    }

    [Fact]
    public async Task Hold_OverFourMinutes_IsCut()
    {
        // RFC 5321 §4.5.3.2.3: the client waits five.
        await using SessionHost host = new();
        host.With(Holding(3600));
        TestClient client = await InMailAsync(host);
        Task<string> reply = client.CommandAsync("RCPT TO:<user@example.com>");
        host.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.StartsWith("250", await reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hold_AskedForElsewhere_IsIgnored()
    {
        await using SessionHost host = new();
        host.With(new FakeFilter
        {
            Mail = transaction => { transaction.Session.HoldReply(TimeSpan.FromMinutes(1)); return default; },
            Rcpt = recipient => { recipient.Transaction.Session.HoldReply(TimeSpan.FromMinutes(1)); return default; },
        });
        TestClient client = await InMailAsync(host);
        await client.CommandAsync("RCPT TO:<user@example.com>", "250");
        await client.CommandAsync("RCPT TO:<other@example.com>", "250");
    }

    // RFC 2920 §3.1: what is pipelined is answered in order, each recipient after its own delay, and what was answered is not kept back.
    [Fact]
    public async Task Hold_PipelinedRecipients_AreAnsweredOneByOne()
    {
        await using SessionHost host = new();
        host.With(Holding(5));
        TestClient client = await host.IntroducedAsync();
        await client.SendAsync("MAIL FROM:<a@b.example>\r\nRCPT TO:<user@example.com>\r\nRCPT TO:<nobody@example.com>\r\nRCPT TO:<other@example.com>\r\nDATA\r\n");
        await client.ExpectAsync("250 2.1.0");
        Task<string> first = client.ReplyAsync();
        Assert.False(first.IsCompleted);
        host.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.StartsWith("250 2.1.5", await first, StringComparison.Ordinal);
        host.Time.Advance(TimeSpan.FromSeconds(5));
        await client.ExpectAsync("550 5.1.1");
        host.Time.Advance(TimeSpan.FromSeconds(5));
        await client.ExpectAsync("250 2.1.5");
        await client.ExpectAsync("354");
    }

    [Fact]
    public async Task Hold_Refusal_IsHeldToo()
    {
        await using SessionHost host = new();
        host.With(new AttemptFilter
        {
            Attempt = (transaction, _) =>
            {
                transaction.Session.HoldReply(TimeSpan.FromSeconds(5));
                return Verdict.From(FakeFilter.Defer);
            },
        });
        TestClient client = await InMailAsync(host);
        Task<string> reply = client.CommandAsync("RCPT TO:<user@example.com>");
        Assert.False(reply.IsCompleted);
        host.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.StartsWith("450 4.7.1 Later [", await reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shutdown_EndsTheHoldAndTheTransactionIsFinished()
    {
        await using SessionHost host = new();
        host.With(Holding(60));
        TestClient client = await InMailAsync(host);
        Task<string> reply = client.CommandAsync("RCPT TO:<user@example.com>");
        host.Drain.Begin();
        Assert.StartsWith("250", await reply, StringComparison.Ordinal);
        await client.CommandAsync("DATA", "354");
        await client.SendAsync("x\r\n.\r\n");
        await client.ExpectAsync("250 2.0.0");
        await client.ExpectAsync("421 4.3.2");
        Assert.Equal(1, host.Store.Count);
    }

    [Fact]
    public async Task Reset_EndsTheHoldAndTheSession()
    {
        await using SessionHost host = new();
        AttemptFilter filter = Holding(60);
        host.With(filter);
        TestClient client = await InMailAsync(host);
        await client.SendAsync("RCPT TO:<user@example.com>\r\n");
        host.LastConnection!.Reset();
        await client.Served;
        Assert.Equal(1, filter.Ended);
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "client-gone"));
    }

    // A FIN is not an abort: the replies still go out, but nobody is kept waiting for them.
    [Fact]
    public async Task Fin_EndsTheHold()
    {
        await using SessionHost host = new();
        host.With(Holding(60));
        TestClient client = await InMailAsync(host);
        await client.SendAsync("RCPT TO:<user@example.com>\r\nRCPT TO:<nobody@example.com>\r\n");
        client.EndHalf();
        await client.ExpectAsync("250 2.1.5");
        await client.ExpectAsync("550 5.1.1");
        await client.Served;
    }

    [Fact]
    public async Task ReadAhead_IsBounded()
    {
        await using SessionHost host = new();
        host.With(Holding(10));
        TestClient client = await InMailAsync(host);
        await client.SendAsync("RCPT TO:<user@example.com>\r\n");
        string noise = $"NOOP {new string('x', 1000)}\r\n";
        Task sending = Task.CompletedTask;
        for (int i = 0; i < 1_000 && sending.IsCompleted; i++)
        {
            sending = client.SendAsync(noise);
        }

        // What the server does not read stays with the client.
        Assert.False(sending.IsCompleted);
        host.Time.Advance(TimeSpan.FromSeconds(10));
        await client.ExpectAsync("250 2.1.5");
        await sending;
        await client.SendAsync("QUIT\r\n");
        Assert.EndsWith("221 2.0.0 Bye\r\n", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attempt_Refused_IsCountedLoggedAndAnsweredAtOnce()
    {
        await using SessionHost host = new();
        List<string> asked = [];
        host.With(new AttemptFilter
        {
            Attempt = (_, path) =>
            {
                asked.Add(path.ToString());
                return asked.Count == 1 ? default : Verdict.From(FakeFilter.Reject);
            },
        });
        TestClient client = await InMailAsync(host);
        await client.CommandAsync("RCPT TO:<user@example.com>", "250 2.1.5");
        await client.CommandAsync("RCPT TO:<user@example.com>", "250 2.1.5");
        await client.CommandAsync("RCPT TO:<postmaster>", "550 5.7.1 No [");
        await client.CommandAsync("RCPT TO:<x@elsewhere.example>", "550 5.7.1 No [");
        Assert.Equal(["user@example.com", "postmaster", "x@elsewhere.example"], asked);
        Assert.Equal(2, host.Value(SessionMetrics.Recipients, "mx", "filter"));
        Assert.Equal(0, host.Value(SessionMetrics.Recipients, "mx", "relay-denied"));
    }

    [Fact]
    public async Task InvalidRecipients_AreCountedForTheWholeSession()
    {
        await using SessionHost host = new();
        List<int> counts = [];
        host.With(new AttemptFilter
        {
            Attempt = (transaction, _) =>
            {
                counts.Add(transaction.Session.InvalidRecipients);
                return default;
            },
            Rcpt = recipient => recipient.ForwardPath.ToString() switch
            {
                "third@example.com" => Verdict.From(NoMailbox),
                "chief@example.com" => Verdict.From(FakeFilter.Reject),
                _ => default,
            },
        });
        TestClient client = await InMailAsync(host);
        foreach (string recipient in new[] { "user@example.com", "nobody@example.com", "x@elsewhere.example", "postmaster", "third@example.com", "chief@example.com", "other@example.com" })
        {
            await client.CommandAsync($"RCPT TO:<{recipient}>");
        }

        await client.CommandAsync("RSET", "250");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", "250");
        Assert.Equal([0, 0, 1, 2, 2, 3, 3, 3], counts);
    }

    [Fact]
    public async Task IsOwnDomain_FollowsTheDomainsOfTheConfiguration()
    {
        await using SessionHost host = new();
        List<bool> answers = [];
        host.With(new FakeFilter
        {
            Mail = transaction =>
            {
                answers.Add(transaction.Session.IsOwnDomain(transaction.ReversePath.DomainALabel));
                return default;
            },
        });
        TestClient client = await host.IntroducedAsync();
        foreach (string sender in new[] { "a@example.com", "a@ANY.Example.com", "a@elsewhere.example", "" })
        {
            await client.CommandAsync($"MAIL FROM:<{sender}>", "250");
            await client.CommandAsync("RSET", "250");
        }

        Assert.Equal([true, true, false, false], answers);
    }

    private static AttemptFilter Holding(double seconds) => new()
    {
        Attempt = (transaction, _) =>
        {
            transaction.Session.HoldReply(TimeSpan.FromSeconds(seconds));
            return Verdict.Continue;
        },
    };

    private static async Task<TestClient> InMailAsync(SessionHost host)
    {
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250 2.1.0");
        return client;
    }
}
