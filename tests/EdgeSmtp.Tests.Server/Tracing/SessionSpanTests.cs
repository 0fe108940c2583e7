using System.Diagnostics;
using System.Text.Json;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Core.Tracing;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Tracing;
using EdgeSmtp.Tests.Server.Harness;
using EdgeSmtp.Tests.Server.Qmtp;
using Xunit;

namespace EdgeSmtp.Tests.Server.Tracing;

/// <summary>One trace a transaction: connect, each filter, commit; and what is kept of it for delivery and log (docs/tracing.md).</summary>
public sealed class SessionSpanTests : IDisposable
{
    private readonly Tracer _tracer = new();
    private readonly SpanRecorder _recorder;

    public SessionSpanTests()
    {
        _recorder = new SpanRecorder(_tracer);
    }

    public void Dispose()
    {
        _recorder.Dispose();
        _tracer.Dispose();
    }

    [Fact]
    public async Task Transaction_FromConnectToCommit_IsOneTrace()
    {
        await using SessionHost host = Host().With(("zen", new FakeFilter(), new DriverOptions()));
        TestClient client = await host.InDataAsync();
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250");
        await client.CommandAsync("QUIT", "221");
        await client.Served;

        Activity connect = _recorder.Single(Spans.Connect);
        Activity transaction = _recorder.Single(Spans.Transaction);
        Assert.Equal(default, connect.ParentSpanId);
        Assert.Equal((connect.TraceId, connect.SpanId), (transaction.TraceId, transaction.ParentSpanId));
        Assert.Equal(
            ["connect connect", "hello connect", "mail transaction", "rcpt transaction", "message transaction", "end connect"],
            _recorder.Spans.Where(static span => span.OperationName == "filter zen")
                .Select(span => $"{span.GetTagItem(SpanTags.Stage)} {(span.ParentSpanId == connect.SpanId ? "connect" : span.ParentSpanId == transaction.SpanId ? "transaction" : "?")}"));
        Activity commit = _recorder.Single(Spans.Commit);
        Assert.Equal(transaction.SpanId, commit.ParentSpanId);
        Assert.All(_recorder.Spans, span => Assert.Equal(connect.TraceId, span.TraceId));

        StoredMessage message = Assert.Single(host.Store.Messages);
        Assert.Equal(message.Id.ToString(), transaction.GetTagItem(SpanTags.Transaction));
        Assert.Equal("accepted", transaction.GetTagItem(SpanTags.Result));
        Assert.Equal("Committed", commit.GetTagItem(SpanTags.Result));
        Assert.Equal(("mx", "192.0.2.1"), (connect.GetTagItem(SpanTags.Listener), connect.GetTagItem(SpanTags.ClientAddress)));
        Assert.Equal(transaction.Context, message.Envelope.Trace);
    }

    [Fact]
    public async Task SecondTransaction_OfASession_IsATraceOfItsOwnThatLinksToTheConnection()
    {
        await using SessionHost host = Host();
        TestClient client = await host.InDataAsync();
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RSET", "250");

        Activity connect = _recorder.Single(Spans.Connect);
        Activity second = _recorder.Spans.Where(static span => span.OperationName == Spans.Transaction).Last();
        Assert.NotEqual(connect.TraceId, second.TraceId);
        Assert.Equal(default, second.ParentSpanId);
        Assert.Equal(connect.Context, Assert.Single(second.Links).Context);
    }

    [Fact]
    public async Task Refusals_AreEventsOfTheirTransaction()
    {
        await using SessionHost host = Host().With(("list", FakeFilter.OnMessage(("user", FakeFilter.Reject)), new DriverOptions()));
        TestClient client = await host.InTransactionAsync();
        await client.CommandAsync("RCPT TO:<victim@elsewhere.example>", "550");
        await client.CommandAsync("DATA", "354");
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("550");

        Activity transaction = _recorder.Single(Spans.Transaction);
        Assert.Equal(
            ["550 relay-denied ", "550 no list"],
            transaction.Events.Select(static happened =>
            {
                Dictionary<string, object?> tags = happened.Tags.ToDictionary();
                return $"{tags[SpanTags.Reply]} {tags[SpanTags.Reason]} {tags.GetValueOrDefault(SpanTags.Filter)}";
            }));
        Assert.Equal("refused", transaction.GetTagItem(SpanTags.Result));
        Activity filter = _recorder.Spans.Last(static span => span.OperationName == "filter list" && "message".Equals(span.GetTagItem(SpanTags.Stage)));
        Assert.Equal(("reject", "no"), (filter.GetTagItem(SpanTags.Verdict), filter.GetTagItem(SpanTags.Reason)));
    }

    [Fact]
    public async Task Spans_NameNeitherSenderNorRecipient()
    {
        await using SessionHost host = Host().With(new FakeFilter());
        TestClient client = await host.InDataAsync();
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250");
        Assert.All(
            _recorder.Spans.SelectMany(static span => span.TagObjects.Concat(span.Events.SelectMany(static happened => happened.Tags))),
            static tag => Assert.DoesNotContain("@", $"{tag.Value}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Filter_ThatThrows_HasASpanInError()
    {
        FakeFilter broken = new() { Mail = static _ => throw new InvalidOperationException("bug") };
        await using SessionHost host = Host().With(("broken", broken, new DriverOptions()));
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", "451");
        Activity failed = Assert.Single(_recorder.Spans, static span => span.Status == ActivityStatusCode.Error);
        Assert.Equal(("filter broken", "mail", "exception", "System.InvalidOperationException"),
            (failed.OperationName, failed.GetTagItem(SpanTags.Stage), failed.GetTagItem(SpanTags.Result), failed.GetTagItem(SpanTags.ErrorType)));
    }

    [Fact]
    public async Task Filter_WhereItWaits_StillSeesItsSpanAndTheSessionSeesNone()
    {
        AmbientFilter filter = new();
        await using SessionHost host = Host().With(("ambient", filter, new DriverOptions()));
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", "250");
        await client.CommandAsync("RCPT TO:<other@example.com>", "250");
        Activity[] spans = [.. _recorder.Spans.Where(static span => span.OperationName == "filter ambient")];
        Assert.Equal(spans.Select(static span => span.SpanId), filter.AfterWaiting);
        Assert.Equal(2, filter.AfterWaiting.Count);
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task Session_RefusedBeforeItsGreeting_IsATrace()
    {
        await using SessionHost host = Host(static listener => listener.RejectAt = RejectAt.Stage).With(("list", FakeFilter.OnConnect(FakeFilter.Reject), new DriverOptions()));
        TestClient client = host.Connect();
        await client.ExpectAsync("554");
        Activity connect = _recorder.Single(Spans.Connect);
        Assert.Equal("refused", connect.GetTagItem(SpanTags.Result));
        Assert.Equal("no", Assert.Single(connect.Events).Tags.ToDictionary()[SpanTags.Reason]);
    }

    [Fact]
    public async Task Commit_ThatFails_IsInError()
    {
        await using SessionHost host = Host();
        host.Store.Result = CommitResult.Full;
        TestClient client = await host.InDataAsync();
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("452");
        Assert.Equal((ActivityStatusCode.Error, "Full"), (_recorder.Single(Spans.Commit).Status, _recorder.Single(Spans.Commit).GetTagItem(SpanTags.Result)));
        Assert.Equal("refused", _recorder.Single(Spans.Transaction).GetTagItem(SpanTags.Result));
    }

    [Fact]
    public async Task Qmtp_EachPackage_IsATransaction()
    {
        await using SessionHost host = Host(static listener => listener.Protocol = SessionProtocol.Qmtp).With(new FakeFilter());
        TestClient client = host.Connect();
        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync(QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com"));
            Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        }

        client.EndHalf();
        await client.Served;
        Activity[] transactions = [.. _recorder.Spans.Where(static span => span.OperationName == Spans.Transaction)];
        Assert.Equal(host.Store.Messages.Select(static message => message.Envelope.Trace), transactions.Select(static span => span.Context));
        Assert.Equal(
            transactions.Select(static span => span.SpanId),
            _recorder.Spans.Where(static span => span.OperationName == Spans.Commit).Select(static span => span.ParentSpanId));
    }

    [Fact]
    public async Task Log_OfACommit_HasTheTrace()
    {
        await using SessionHost host = Host();
        TestClient client = await host.InDataAsync();
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250");
        JsonElement line = JsonDocument.Parse(Assert.Single(host.Events.Lines)).RootElement;
        Assert.Equal(_recorder.Single(Spans.Transaction).TraceId.ToHexString(), line.GetProperty("trace").GetString());
    }

    [Fact]
    public async Task Session_OutsideOfTheSample_LeavesNothing()
    {
        using Tracer tracer = new();
        using SpanRecorder recorder = new(tracer, static _ => false);
        await using SessionHost host = Host(tracer: tracer).With(new FakeFilter());
        TestClient client = await host.InDataAsync();
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250");
        Assert.Empty(recorder.Spans);
        Assert.Equal(default, Assert.Single(host.Store.Messages).Envelope.Trace);
        Assert.DoesNotContain("\"trace\"", Assert.Single(host.Events.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sample_IsChosenForEachTransaction()
    {
        // The connection is not in the sample, its second transaction is: what is rare among connections would otherwise be rarer among messages.
        using Tracer tracer = new();
        using SpanRecorder recorder = new(tracer, static name => name == Spans.Transaction);
        await using SessionHost host = Host(tracer: tracer).With(new FakeFilter());
        TestClient client = await host.InTransactionAsync();
        await client.CommandAsync("RSET", "250");
        Assert.Empty(recorder.Spans);
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RSET", "250");
        Assert.Equal(["filter f0", Spans.Transaction], recorder.Spans.Select(static span => span.OperationName));
    }

    [Fact]
    public async Task HealthCheck_IsNotTraced()
    {
        await using SessionHost host = Host(static listener => listener.ProxyFrom = Net.Of("192.0.2.0/24"));
        TestClient client = host.Connect();
        await client.SendAsync([.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x20, 0, 0, 0]);
        await client.ExpectAsync("220");
        await client.CommandAsync("QUIT", "221");
        await client.Served;
        Assert.Empty(_recorder.Spans);
    }

    private SessionHost Host(Action<EdgeSmtp.Sessions.ListenerOptions>? configure = null, Tracer? tracer = null) => new(configure, host => host.Tracer = tracer ?? _tracer);

    private sealed class AmbientFilter : IRcptFilter
    {
        public List<ActivitySpanId> AfterWaiting { get; } = [];

        public async ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
        {
            await Task.Yield();
            AfterWaiting.Add(Activity.Current?.SpanId ?? default);
            return Verdict.Continue;
        }
    }
}
