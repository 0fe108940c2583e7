using System.Text.Json;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Policy;

/// <summary>What is kept of a session: what each filter saw and said, handed over at a refusal, at a commit and at the end.</summary>
public sealed class ExplainTests
{
    [Fact]
    public async Task Session_RefusedAndCommitted_IsHandedOverAtEachDecision()
    {
        FakeFilter filter = new() { Rcpt = recipient => recipient.ForwardPath.ToString() == "other@example.com" ? Verdict.From(FakeFilter.Reject, "list zen") : default };
        await using SessionHost host = new SessionHost().With(("zen", filter, new DriverOptions()));
        TestClient client = await host.InTransactionAsync();
        Assert.Empty(host.Events.Explained.Lines);

        await client.CommandAsync("RCPT TO:<other@example.com>", "550");
        JsonElement refusal = Line(host, 0);
        Assert.Equal(
            [
                "call connect zen continue  ", "call hello zen continue  ", "mail     sender@example.net", "call mail zen continue  ",
                "call rcpt zen continue  user@example.com", "call rcpt zen reject no other@example.com", "refused  zen  no other@example.com",
            ],
            Items(refusal));
        Assert.Equal(("192.0.2.1", "client.example.net", "mx"), (Text(refusal, "client"), Text(refusal, "hello"), Text(refusal, "listener")));

        await client.CommandAsync("DATA", "354");
        await client.SendAsync(".\r\n");
        string reply = await client.ExpectAsync("250");
        Assert.Equal(["call message zen continue  ", "committed     "], Items(Line(host, 1)));
        Assert.Contains(Text(Line(host, 1).GetProperty("items")[1], "transaction")!, reply, StringComparison.Ordinal);

        await client.CommandAsync("QUIT", "221");
        await client.Served;
        Assert.Equal(["call end zen continue  ", "ended    quit "], Items(Line(host, 2)));
    }

    [Fact]
    public async Task Refusal_ByRelayControl_IsKeptWithoutAFilter()
    {
        await using SessionHost host = new SessionHost().With(new FakeFilter());
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<x@elsewhere.example>", "550");
        Assert.Equal("refused    relay-denied x@elsewhere.example", Items(Line(host, 0))[^1]);
    }

    [Fact]
    public async Task Refusal_OfAViolationInTheContent_NamesWhoGaveIt()
    {
        bool isInfected = true;
        FakeFilter scanner = new()
        {
            Message = (_, verdicts) =>
            {
                verdicts.SetAll(isInfected ? Verdict.From(FakeFilter.Reject) : default);
                return default;
            },
        };
        FakeFilter strict = new() { Violation = static (_, _) => Verdict.From(FakeFilter.Disconnect) };
        await using SessionHost host = new SessionHost(static listener => listener.Smtp.BareLf = NewlineRule.Normalize)
            .With(("scanner", scanner, new DriverOptions()), ("strict", strict, new DriverOptions()));
        TestClient client = await host.InTransactionAsync();
        await client.CommandAsync("DATA", "354");
        await client.SendAsync("virus\r\n.\r\n");
        await client.ExpectAsync("550 5.7.1 No");
        Assert.Equal("refused  scanner  no ", Items(Line(host, 0))[^1]);

        isInfected = false;
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", "250");
        await client.CommandAsync("DATA", "354");
        await client.SendAsync("bare\n\r\n.\r\n");
        await client.ExpectAsync("554 5.7.1 Away");
        Assert.Equal("refused  strict  away ", Items(Line(host, 1))[^1]);
    }

    [Fact]
    public async Task MessagesOfOneTransaction_EachWithAnIdOfItsOwn_LeadToIt()
    {
        FakeFilter filter = FakeFilter.OnMessage(("user", FakeFilter.Quarantine));
        await using SessionHost host = new SessionHost().With(filter);
        TestClient client = await host.InTransactionAsync();
        await client.CommandAsync("RCPT TO:<other@example.com>", "250");
        await client.CommandAsync("DATA", "354");
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250");
        JsonElement[] items = [.. Line(host, 0).GetProperty("items").EnumerateArray()];
        JsonElement second = items.Single(static item => Text(item, "what") == "message");
        Assert.Equal(2, host.Store.Count);
        Assert.Contains(host.Store.Messages, message => message.Id.ToString() == Text(second, "id"));
        Assert.Equal(Text(items[^1], "transaction"), Text(second, "transaction"));
    }

    [Fact]
    public async Task HealthCheck_IsNotKept()
    {
        await using SessionHost host = new(static listener => listener.ProxyFrom = Net.Of("192.0.2.0/24"));
        host.With(new FakeFilter());
        TestClient client = host.Connect();
        await client.SendAsync([.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x20, 0, 0, 0]);
        await client.ExpectAsync("220");
        await client.CommandAsync("QUIT", "221");
        await client.Served;
        Assert.Empty(host.Events.Explained.Lines);
    }

    private static JsonElement Line(SessionHost host, int index) => JsonDocument.Parse(host.Events.Explained.Lines.ElementAt(index)).RootElement;

    private static string[] Items(JsonElement line) =>
    [
        .. line.GetProperty("items").EnumerateArray().Select(static item =>
            $"{Text(item, "what")} {Text(item, "stage")} {Text(item, "filter")} {Text(item, "verdict")} {Text(item, "reason")} {Text(item, "to") ?? Text(item, "from")}"),
    ];

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) ? value.ToString() : null;
}
