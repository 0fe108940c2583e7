using System.Diagnostics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Core.Tracing;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Testing.Tracing;
using EdgeSmtp.Tests.Unit.Client;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Delivery;

/// <summary>Each attempt is a span in the trace of the transaction that brought the message.</summary>
public sealed class AttemptSpanTests : IDisposable
{
    private static readonly ActivityContext Origin = new(
        ActivityTraceId.CreateFromString("0af7651916cd43dd8448eb211c80319c"), ActivitySpanId.CreateFromString("b7ad6b7169203331"), ActivityTraceFlags.Recorded, isRemote: true);

    private readonly Tracer _tracer = new();
    private readonly SpanRecorder _recorder;

    public AttemptSpanTests()
    {
        _recorder = new SpanRecorder(_tracer);
    }

    public void Dispose()
    {
        _recorder.Dispose();
        _tracer.Dispose();
    }

    [Fact]
    public async Task Attempt_OfATracedMessage_BelongsToItsTrace()
    {
        await using FakeSmtpServer server = new();
        await using DeliveryCase world = Start(new DeliveryCase().RouteTo("example.net", TransportKind.Smtp, server.EndPoint));
        await world.Store.EndOfAttemptAsync(world.Submit("s@example.org", ["u@example.net", "v@example.net"], change: static envelope => envelope with { Trace = Origin }));
        Activity span = _recorder.Single("deliver example.net");
        Assert.Equal((Origin.TraceId, Origin.SpanId), (span.TraceId, span.ParentSpanId));
        Assert.Equal(("delivered", 2, 1, "s1"), (span.GetTagItem(SpanTags.Result), span.GetTagItem(SpanTags.Recipients), span.GetTagItem(SpanTags.Attempt), span.GetTagItem(SpanTags.Session)));
        Assert.Contains("\"trace\":\"0af7651916cd43dd8448eb211c80319c\"", world.Events.Lines.First(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attempt_ThatFails_IsInErrorAndItsReportStaysInTheTrace()
    {
        await using FakeSmtpServer server = new() { Reply = static line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.1.1 nobody" : null };
        await using FakeSmtpServer origin = new();
        await using DeliveryCase world = Start(new DeliveryCase().RouteTo("example.net", TransportKind.Smtp, server.EndPoint).RouteTo("example.org", TransportKind.Smtp, origin.EndPoint));
        Settlement settlement = await world.Store.EndOfAttemptAsync(
            world.Submit("s@example.org", ["u@example.net"], flags: EnvelopeFlags.FromRelayClient, change: static envelope => envelope with { Trace = Origin }));
        Activity span = _recorder.Single("deliver example.net");
        Assert.Equal((ActivityStatusCode.Error, "permanent", 550), (span.Status, span.GetTagItem(SpanTags.Result), span.GetTagItem(SpanTags.Reply)));
        Assert.Equal(Origin, Assert.Single(settlement.Reports).Envelope.Trace);
    }

    [Fact]
    public async Task Attempt_OfAMessageThatCameWithoutATrace_HasNone()
    {
        await using FakeSmtpServer server = new();
        await using DeliveryCase world = Start(new DeliveryCase().RouteTo("example.net", TransportKind.Smtp, server.EndPoint));
        await world.DeliverAsync("s@example.org", "u@example.net");
        Assert.Empty(_recorder.Spans);
        Assert.DoesNotContain(world.Events.Lines, static line => line.Contains("\"trace\"", StringComparison.Ordinal));
    }

    private DeliveryCase Start(DeliveryCase world)
    {
        world.Tracer = _tracer;
        return world.Start();
    }
}
