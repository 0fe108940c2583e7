using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Qmtp;

/// <summary>What filters say of packages: to whom it is answered, when it ends the session, and how it is counted.</summary>
public sealed class QmtpVerdictTests
{
    [Fact]
    public async Task ConnectVerdict_AnswersEveryRecipientButPostmaster()
    {
        await using SessionHost host = QmtpHost.Start();
        host.With(FakeFilter.OnConnect(FakeFilter.Reject));
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com", "postmaster"));
        Assert.StartsWith("DNo [", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectVerdict_AtItsStage_AnswersEveryRecipient()
    {
        await using SessionHost host = QmtpHost.Start(listener => listener.RejectAt = Pipeline.RejectAt.Stage);
        host.With(FakeFilter.OnConnect(FakeFilter.Defer));
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com", "other@example.com"));
        Assert.StartsWith("ZLater [", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("ZLater [", await client.NetstringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DisconnectVerdict_ClosesWithoutAByte()
    {
        await using SessionHost host = QmtpHost.Start();
        host.With(FakeFilter.OnConnect(FakeFilter.Disconnect));
        TestClient client = host.Connect();
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
    }

    [Theory]
    [InlineData("mail")]
    [InlineData("rcpt")]
    [InlineData("message")]
    public async Task DisconnectVerdict_OnAPackage_IsItsReplyAndTheEnd(string stage)
    {
        int asked = 0;
        Verdict Say(string at)
        {
            asked += at == stage ? 1 : 0;
            return at == stage ? Verdict.From(FakeFilter.Disconnect) : default;
        }

        await using SessionHost host = QmtpHost.Start();
        host.With(new FakeFilter
        {
            Mail = _ => Say("mail"),
            Rcpt = _ => Say("rcpt"),
            Message = (_, verdicts) =>
            {
                verdicts.SetAll(Say("message"));
                return default;
            },
        });
        TestClient client = host.Connect();
        string package = QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com");
        await client.SendAsync(package + package);
        Assert.Equal("DAway [*] (#5.7.1)", await client.AnswerAsync());
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        client.EndHalf();
        await client.Served;
        Assert.Equal(1, asked);
        Assert.Equal(0, host.Store.Count);
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "filter"));
    }

    [Theory]
    [InlineData("connect", "user@example.com", "rejected")]
    [InlineData("mail", "user@example.com", "rejected")]
    [InlineData("rcpt", "user@example.com", "rejected")]
    [InlineData("message", "user@example.com", "rejected")]
    [InlineData("", "nobody@example.com", "rejected")]
    [InlineData("later", "nobody@example.com", "deferred")]
    [InlineData("later", "user@example.com", "deferred")]
    public async Task Package_RefusedAnywhere_IsCounted(string stage, string recipient, string result)
    {
        Verdict Say(string at) => at == stage ? Verdict.From(FakeFilter.Reject) : default;
        await using SessionHost host = QmtpHost.Start(static listener => listener.RejectAt = Pipeline.RejectAt.Stage);
        host.With(new FakeFilter
        {
            Connect = _ => Say("connect"),
            Mail = _ => Say("mail"),
            Rcpt = asked => stage == "later" && asked.ForwardPath.ToString() == "third@example.com" ? Verdict.From(FakeFilter.Defer) : Say("rcpt"),
            Message = (_, verdicts) =>
            {
                verdicts.SetAll(stage == "later" ? Verdict.From(FakeFilter.Defer) : Say("message"));
                return default;
            },
        });
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nhi\n", "a@b.example", stage == "later" ? [recipient, "third@example.com"] : [recipient]));
        Assert.Matches("^[DZ]", await client.NetstringAsync());
        client.EndHalf();
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.Transactions, "mx", result));
        Assert.Equal(1, new[] { "rejected", "deferred", "committed", "abandoned" }.Sum(label => host.Value(SessionMetrics.Transactions, "mx", label)));
    }

    [Fact]
    public async Task Package_CutShort_IsAbandoned()
    {
        await using SessionHost host = QmtpHost.Start();
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Netstring("\nhi\n") + "11:a@b.exam");
        client.EndHalf();
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.Transactions, "mx", "abandoned"));
        Assert.Equal(4, host.Value(SessionMetrics.ContentBytes, "mx"));
    }

    [Fact]
    public async Task MessageVerdicts_ForEachRecipient_AreAnsweredEach()
    {
        await using SessionHost host = QmtpHost.Start();
        host.With(FakeFilter.OnMessage(("user", FakeFilter.Reject), ("other", FakeFilter.Defer), ("third", FakeFilter.Quarantine)));
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com", "other@example.com", "third@example.com", "chief@example.com"));
        Assert.StartsWith("DNo [", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("ZLater [", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.Equal(2, host.Store.Count);
        StoredMessage held = Assert.Single(host.Store.Messages, static message => message.Envelope.Lane == MessageLane.Quarantine);
        Assert.Equal(["third@example.com"], held.To);
    }

    [Fact]
    public async Task Discard_ForEverybody_IsKWithoutACommit()
    {
        await using SessionHost host = QmtpHost.Start();
        host.With(FakeFilter.OnMessage(("user", FakeFilter.Discard), ("other", FakeFilter.Reject)));
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com", "other@example.com"));
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("D", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, host.Store.Count);
    }

    [Fact]
    public async Task Sinks_GetTheStagedBytesWithTheTraceFirst()
    {
        FakeFilter.Sink sink = new();
        await using SessionHost host = QmtpHost.Start();
        host.With(new FakeFilter { Body = _ => sink });
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nA: b\n\nhi\n", "a@b.example", "user@example.com"));
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.Equal(Assert.Single(host.Store.Messages).Content, sink.Taken.WrittenSpan.ToArray());
        Assert.True(sink is { IsCompleted: true, IsDisposed: true });
    }
}
