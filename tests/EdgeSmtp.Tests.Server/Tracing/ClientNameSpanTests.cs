using System.Diagnostics;
using System.Text.Json;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Tracing;
using EdgeSmtp.Sessions.Access;
using EdgeSmtp.Testing.Tracing;
using EdgeSmtp.Tests.Server.Access;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Tracing;

/// <summary>What comes before the session: the look-up of the client's name, and the refusal of a client whom a rule denies, are part of the trace that the connection begins.</summary>
public sealed class ClientNameSpanTests : IDisposable
{
    private readonly Tracer _tracer = new();
    private readonly SpanRecorder _recorder;

    public ClientNameSpanTests() => _recorder = new SpanRecorder(_tracer);

    public void Dispose()
    {
        _recorder.Dispose();
        _tracer.Dispose();
    }

    [Theory]
    [InlineData(DnsStatus.Found, "Found")]
    [InlineData(DnsStatus.NoData, "NoData")]
    [InlineData(DnsStatus.TemporaryFailure, "TemporaryFailure")]
    [InlineData(DnsStatus.Bogus, "TemporaryFailure")] // the fake then has a bug
    public async Task LookUp_IsASpanOfTheSessionsTrace_AndItsQuestionsBelongToIt(DnsStatus status, string result)
    {
        FakeNames names = new(status == DnsStatus.Found ? "mail.client.example" : null, status);
        await using SessionHost host = Host(names, _tracer);
        TestClient client = await host.InDataAsync();
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250");

        Activity connect = _recorder.Single(Spans.Connect);
        Activity lookUp = _recorder.Single(Spans.ClientName);
        Assert.Equal((connect.TraceId, connect.SpanId), (lookUp.TraceId, lookUp.ParentSpanId));
        Assert.Equal(connect.TraceId, _recorder.Single(Spans.Transaction).TraceId);
        Assert.Equal(result, lookUp.GetTagItem(SpanTags.Result));
        Assert.Same(lookUp, names.AskedWithin);
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task LookUp_ThatOutlastsTheGreeting_EndsWhenItIsDone()
    {
        FakeNames names = new("mail.client.example") { Waits = true };
        await using SessionHost host = Host(names, _tracer);
        TestClient client = await host.IntroducedAsync();
        Assert.Equal([Spans.Connect], _recorder.Spans.Select(static span => span.OperationName));

        names.Release();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", "250");
        await client.CommandAsync("DATA", "354");
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250");
        Assert.Equal(_recorder.Single(Spans.Connect).SpanId, _recorder.Single(Spans.ClientName).ParentSpanId);
    }

    [Fact]
    public async Task Client_WhomARuleDeniesByName_IsATraceThatSaysSo()
    {
        await using SessionHost host = Host(new FakeNames("dsl-17.pool.example"), _tracer, ("=.pool.example", AccessSettings.Default with { IsDenied = true }));
        TestClient client = host.Connect();
        await client.ExpectAsync("554 5.7.1");
        client.EndHalf();
        await client.Served;

        Activity connect = _recorder.Single(Spans.Connect);
        Assert.Equal(connect.SpanId, _recorder.Single(Spans.ClientName).ParentSpanId);
        Assert.Equal(("refused", "mx", "192.0.2.1"), (connect.GetTagItem(SpanTags.Result), connect.GetTagItem(SpanTags.Listener), connect.GetTagItem(SpanTags.ClientAddress)));
        Assert.Equal("access-rule", Assert.Single(connect.Events).Tags.ToDictionary()[SpanTags.Reason]);
        JsonElement line = JsonDocument.Parse(Assert.Single(host.Events.Lines)).RootElement;
        Assert.Equal(connect.TraceId.ToHexString(), line.GetProperty("trace").GetString());
        Assert.Equal(connect.GetTagItem(SpanTags.Session), line.GetProperty("session").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LookUp_OutsideOfTheSampleOrWithoutAnyTracer_HasNoSpan(bool hasTracer)
    {
        using Tracer tracer = new();
        using SpanRecorder recorder = new(tracer, static _ => false);
        FakeNames names = new("mail.client.example");
        await using SessionHost host = Host(names, hasTracer ? tracer : null);
        await host.GreetedAsync();

        Assert.Equal(1, names.Asked);
        Assert.Null(names.AskedWithin);
        Assert.Empty(recorder.Spans);
    }

    private static SessionHost Host(FakeNames names, Tracer? tracer, params (string Rule, AccessSettings Settings)[] rules) => new(
        static listener => listener.LookUpClientName = true,
        host =>
        {
            host.Tracer = tracer;
            host.ClientNames = names;
            if (rules.Length > 0)
            {
                host.Follow(rules);
            }
        });
}
