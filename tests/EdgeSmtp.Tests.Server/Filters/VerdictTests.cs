using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Filters;

/// <summary>How verdicts become replies, and what becomes of the message.</summary>
public sealed class VerdictTests
{
    [Theory]
    [InlineData("Connect")]
    [InlineData("Hello")]
    [InlineData("Mail")]
    public async Task EarlyVerdict_IsAnsweredAtRcptByDefault(string stage)
    {
        await using SessionHost host = new();
        host.With(new FakeFilter
        {
            Connect = _ => stage == "Connect" ? Verdict.From(FakeFilter.Reject, "list zen") : default,
            Hello = _ => stage == "Hello" ? Verdict.From(FakeFilter.Reject, "list zen") : default,
            Mail = _ => stage == "Mail" ? Verdict.From(FakeFilter.Reject, "list zen") : default,
        });
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", "550 5.7.1 No [");
        string line = Assert.Single(host.Events.Lines);
        Assert.Contains("\"to\":\"user@example.com\",", line.Replace("}", ",", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"no\",\"filter\":\"f0\",\"detail\":\"list zen\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MailVerdict_AtItsStage_EndsTheTransaction()
    {
        await using SessionHost host = new(listener => listener.RejectAt = RejectAt.Stage);
        host.With(new FakeFilter { Mail = transaction => transaction.ReversePath.ToString() == "bad@b.example" ? Verdict.From(FakeFilter.Reject) : default });
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<bad@b.example> SIZE=100", "550 5.7.1 No [");
        Assert.Equal(0, host.Staging.Budget.BytesUsed);
        await client.CommandAsync("RCPT TO:<user@example.com>", "503");
        await client.CommandAsync("MAIL FROM:<good@b.example>", "250");
    }

    [Fact]
    public async Task RcptVerdict_RefusesOneRecipientAndNamesTheTransaction()
    {
        await using SessionHost host = new();
        host.With(new FakeFilter { Rcpt = recipient => recipient.ForwardPath.ToString().StartsWith("user", StringComparison.Ordinal) ? Verdict.From(FakeFilter.Defer) : default });
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        string reply = await client.CommandAsync("RCPT TO:<user@example.com>", "450 4.7.1 Later [");
        await client.CommandAsync("RCPT TO:<other@example.com>", "250");
        await client.CommandAsync("DATA", "354");
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250");
        StoredMessage message = Assert.Single(host.Store.Messages);
        Assert.Equal(["other@example.com"], message.To);
        Assert.Contains($"[{message.Id}]", reply, StringComparison.Ordinal);
        Assert.Equal(1, host.Value(SessionMetrics.Recipients, "mx", "filter"));
    }

    [Fact]
    public async Task Disconnect_AtRcpt_RepliesAndCloses()
    {
        await using SessionHost host = new();
        host.With(FakeFilter.OnRcpt(FakeFilter.Disconnect));
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.SendAsync("RCPT TO:<user@example.com>\r\nRCPT TO:<other@example.com>\r\n");
        await client.ExpectAsync("554 5.7.1 Away [");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Text_ThatIsNotPlain_IsMadeSafe()
    {
        FilterReason odd = new(VerdictKind.Reject, "odd", 550, "5.7.1", "Two\nlines with ü and \x01 " + new string('x', 600));
        await using SessionHost host = new();
        host.With(FakeFilter.OnRcpt(odd));
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        string reply = await client.CommandAsync("RCPT TO:<user@example.com>", "550-5.7.1 Two\r\n550-5.7.1 lines with ? and ");
        Assert.All(reply.Split("\r\n", StringSplitOptions.RemoveEmptyEntries), line => Assert.InRange(line.Length, 4, 510));
        await client.CommandAsync("NOOP", "250");
    }

    // Commits of others wait for a message that is about to be committed, and not for one that a scanner has.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MessageFilter_ThatWaits_HoldsUpNobodysCommit(bool waits)
    {
        await using SessionHost host = new();
        TaskCompletionSource scanned = new();
        host.With(new FakeFilter { Message = (_, _) => waits ? new ValueTask(scanned.Task) : default });
        Task sent = SendAsync(host, "250 2.0.0", "user@example.com");
        while (waits && host.Staging.Tarried == 0)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        Assert.True(!waits || host.Store.Count == 0);
        scanned.SetResult();
        await sent;
        Assert.Equal(waits ? 1 : 0, host.Staging.Tarried);
        Assert.Equal(1, host.Store.Count);
    }

    [Fact]
    public async Task MessageVerdicts_Mixed_AcceptAndQuarantine()
    {
        // §8.15 of the design.
        await using SessionHost host = new();
        host.With(FakeFilter.OnMessage(("user", FakeFilter.Reject), ("other", FakeFilter.Defer)));
        await SendAsync(host, "250 2.0.0", "user@example.com", "other@example.com", "third@example.com");
        Assert.Equal(2, host.Store.Count);
        StoredMessage aside = Assert.Single(host.Store.Messages, static message => message.Envelope.Lane == MessageLane.Quarantine);
        Assert.Equal(["user@example.com", "other@example.com"], aside.To);
        Assert.Equal(
            [new VerdictNote("mixed-verdicts", "f0", "Reject no"), new VerdictNote("mixed-verdicts", "f0", "Defer later")], aside.Envelope.Recipients.Select(static recipient => recipient.Verdict));
        StoredMessage free = Assert.Single(host.Store.Messages, static message => message.Envelope.Lane == MessageLane.Delivery);
        Assert.Equal(["third@example.com"], free.To);
        Assert.Null(free.Envelope.Origin);
        Assert.NotEqual(aside.Id, free.Id);
        Assert.Equal(2, host.Events.Lines.Count(static line => line.Contains("\"event\":\"quarantined\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("no,no", "550 5.7.1 No [")]
    [InlineData("later,later", "450 4.7.1 Later [")]
    [InlineData("no,later", "450 4.7.1 Later [")]
    [InlineData("later,no", "450 4.7.1 Later [")]
    public async Task MessageVerdicts_AllRefusing_AreOneReply(string reasons, string expected)
    {
        await using SessionHost host = new();
        FilterReason[] of = [.. reasons.Split(',').Select(token => token == "no" ? FakeFilter.Reject : FakeFilter.Defer)];
        host.With(FakeFilter.OnMessage(("user", of[0]), ("other", of[1])));
        await SendAsync(host, expected, "user@example.com", "other@example.com");
        Assert.Equal(0, host.Store.Count);
    }

    [Fact]
    public async Task Quarantine_CommitsWithReasonFilterAndClient()
    {
        await using SessionHost host = new();
        host.With(FakeFilter.OnMessage(("user", FakeFilter.Quarantine)));
        await SendAsync(host, "250 2.0.0", "user@example.com");
        Envelope envelope = Assert.Single(host.Store.Messages).Envelope;
        Assert.Equal((MessageLane.Quarantine, EnvelopeFlags.Suspect), (envelope.Lane, envelope.Flags));
        Assert.Equal(new VerdictNote("hold", "f0", null), envelope.Recipients[0].Verdict);
        Assert.Equal("192.0.2.1", envelope.Origin!.Client.Address.ToString());
        Assert.Equal("client.example.net", envelope.Origin.Hello);
    }

    [Fact]
    public async Task Discard_AcceptsAndCommitsNothing()
    {
        await using SessionHost host = new();
        host.With(FakeFilter.OnMessage(("user", FakeFilter.Discard)));
        await SendAsync(host, "250 2.0.0", "user@example.com");
        Assert.Equal(0, host.Store.Count);
        Assert.Equal(1, host.Value(SessionMetrics.Transactions, "mx", "discarded"));
        Assert.Contains(host.Events.Lines, line => line.Contains("\"discarded\":true", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sink_GetsTraceAndContentAsTheyAreStored()
    {
        FakeFilter.Sink sink = new();
        await using SessionHost host = new();
        host.With(new FakeFilter { Body = _ => sink });
        TestClient client = await host.InDataAsync();
        await client.SendAsync("A: b\r\n\r\n..x\r\n" + new string('y', 100_000) + "\r\n.\r\n");
        await client.ExpectAsync("250");
        Assert.Equal(Assert.Single(host.Store.Messages).Content, sink.Taken.WrittenSpan.ToArray());
        Assert.True(sink is { IsCompleted: true, IsDisposed: true });
    }

    [Fact]
    public async Task Sink_ThatRefusesEverybody_StopsTheStaging()
    {
        FakeFilter.Sink sink = new(decidedAfter: 10, complete: verdicts => verdicts.SetAll(Verdict.From(FakeFilter.Reject)));
        await using SessionHost host = new();
        host.With(new FakeFilter { Body = _ => sink });
        TestClient client = await host.InDataAsync();
        await client.SendAsync("A: b\r\n\r\n" + new string('y', 50_000) + "\r\n");
        Assert.Equal(0, host.Staging.Budget.BytesUsed);
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("550 5.7.1 No [");
        Assert.Equal(0, host.Store.Count);
    }

    [Fact]
    public async Task Sink_OfAClientThatLeaves_IsDisposedWithoutCompletion()
    {
        FakeFilter.Sink sink = new();
        await using SessionHost host = new();
        host.With(new FakeFilter { Body = _ => sink });
        TestClient client = await host.InDataAsync();
        await client.SendAsync("A: b\r\n");
        client.EndHalf();
        await client.Served;
        Assert.True(sink is { IsCompleted: false, IsDisposed: true });
    }

    [Fact]
    public async Task Suspect_FollowsTheFacts()
    {
        await using SessionHost host = new();
        host.With(new FakeFilter
        {
            Mail = transaction =>
            {
                SessionFacts.Set(transaction, KnownFacts.SpfFailed, true);
                return default;
            },
        });
        await SendAsync(host, "250", "user@example.com");
        Assert.Equal(EnvelopeFlags.Suspect, Assert.Single(host.Store.Messages).Envelope.Flags);
    }

    [Fact]
    public async Task Session_EndsItsFiltersOnceHoweverItEnds()
    {
        FakeFilter filter = new();
        await using SessionHost host = new();
        host.With(filter);
        TestClient client = await host.InDataAsync();
        client.EndHalf();
        await client.Served;
        Assert.Equal(1, filter.Ended);
    }

    [Fact]
    public async Task Snapshot_IsKeptByTheSessionThatBeganWithIt()
    {
        await using SessionHost host = new();
        TestClient old = await host.InTransactionAsync();
        host.Current = host.Current with { Hostname = "new.example.org", Domains = new Core.Domains.DomainTable([]) };
        await old.CommandAsync("RCPT TO:<other@example.com>", "250");
        TestClient next = host.Connect("192.0.2.2");
        await next.ExpectAsync("220 new.example.org");
        await next.CommandAsync("EHLO c.example", "250-new.example.org");
        await next.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await next.CommandAsync("RCPT TO:<other@example.com>", "550 5.7.1");
    }

    private static async Task SendAsync(SessionHost host, string expected, params string[] recipients)
    {
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        foreach (string recipient in recipients)
        {
            await client.CommandAsync($"RCPT TO:<{recipient}>", "250");
        }

        await client.CommandAsync("DATA", "354");
        await client.SendAsync("A: b\r\n\r\n.\r\n");
        await client.ExpectAsync(expected);
        await client.CommandAsync("NOOP", "250");
    }
}
