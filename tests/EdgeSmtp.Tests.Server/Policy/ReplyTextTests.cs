using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Policy;

/// <summary>Texts of operators in place of ours: of filters by the driver, of the rest by the listener.</summary>
public sealed class ReplyTextTests
{
    [Theory]
    [InlineData("Call +49 89 1234", "550 5.7.1 Call +49 89 1234 [*]\r\n")]
    [InlineData("5.7.25 See https://example.com/?ip={client}", "550 5.7.25 See https://example.com/?ip=192.0.2.1 [*]\r\n")]
    [InlineData("{recipient} does not want {sender}", "550 5.7.1 user@example.com does not want a@b.example [*]\r\n")]
    [InlineData("Quote {id} to the postmaster", "550 5.7.1 Quote * to the postmaster\r\n")]
    public async Task Filter_WithATextOfItsReason_IsAnsweredWithIt(string text, string expected)
    {
        await using SessionHost host = new SessionHost().With(("f0", FakeFilter.OnRcpt(FakeFilter.Reject), Replies("no", text)));
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        string reply = await client.CommandAsync("RCPT TO:<user@example.com>");
        string id = host.Events.Explained.Lines.Single().Split("\"transaction\":\"")[1][..13];
        Assert.Equal(expected, reply.Replace(id, "*", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Addresses_OfStrangers_AreMadeSafeAndCut()
    {
        await using SessionHost host = new SessionHost().With(("f0", FakeFilter.OnRcpt(FakeFilter.Reject), Replies("no", "{sender} and {recipient}")));
        TestClient client = await host.IntroducedAsync();
        string local = new('l', 60);
        string domain = $"{new string('a', 60)}.{new string('b', 60)}.example";
        await client.CommandAsync($"MAIL FROM:<\"{{recipient}}\\ {local[..40]}\"@{domain}> SMTPUTF8", "250");
        string reply = await client.CommandAsync("RCPT TO:<j\u00c3\u00bcrgen@xn--bcher-kva.example>", "550");
        // One placeholder brings no other, an address ends at 128 characters, and a reply is ASCII.
        Assert.Contains($"\"{{recipient}}\\ {local[..40]}\"@{domain}"[..128] + " and j??rgen@xn--bcher-kva.example [", reply.Replace("\r\n550-5.7.1 ", " ", StringComparison.Ordinal).Replace("\r\n550 5.7.1 ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "<>")]
    [InlineData("a@b.example", "a@b.example")]
    public async Task Sender_Null_IsShownAsSuch(string sender, string shown)
    {
        await using SessionHost host = new SessionHost().With(("f0", FakeFilter.OnRcpt(FakeFilter.Reject), Replies("no", "From {sender}")));
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync($"MAIL FROM:<{sender}>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", $"550 5.7.1 From {shown} [");
    }

    [Fact]
    public async Task Braces_InATextOfTheFilterItself_AreJustBraces()
    {
        FilterReason odd = new(VerdictKind.Reject, "odd", 550, "5.7.1", "See {sender}");
        await using SessionHost host = new SessionHost().With(FakeFilter.OnRcpt(odd));
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", "550 5.7.1 See {sender} [");
    }

    [Theory]
    [InlineData("connect", "554 5.7.1 By 192.0.2.1: - - [")]
    [InlineData("hello", "550 5.7.1 By 192.0.2.1: - - [")]
    public async Task Placeholder_OfWhatIsNotKnownYet_IsADash(string stage, string expected)
    {
        FakeFilter filter = new() { Connect = _ => stage == "connect" ? Verdict.From(FakeFilter.Reject) : default, Hello = _ => stage == "hello" ? Verdict.From(FakeFilter.Reject) : default };
        await using SessionHost host = new SessionHost(static listener => listener.RejectAt = RejectAt.Stage).With(("f0", filter, Replies("no", "By {client}: {sender} {recipient}")));
        TestClient client = host.Connect();
        string reply = stage == "connect" ? await client.ReplyAsync() : await GreetedAndHelloAsync(client);
        Assert.StartsWith(expected, reply, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("relay-denied", "RCPT TO:<x@elsewhere.example>", "We do not relay for {client}", "550 5.7.1 We do not relay for 192.0.2.1 [")]
    [InlineData("unknown", "RCPT TO:<nobody@example.com>", "5.1.6 {recipient} has left", "550 5.1.6 nobody@example.com has left [")]
    [InlineData("too-large", "MAIL FROM:<a@b.example> SIZE=999999999", "At most 64 MB", "552 5.3.4 At most 64 MB [")]
    public async Task Listener_WithATextOfAReason_AnswersWithIt(string token, string command, string text, string expected)
    {
        await using SessionHost host = new(listener => listener.Replies = new Dictionary<string, string> { [token] = text });
        TestClient client = await host.IntroducedAsync();
        if (command.StartsWith("RCPT", StringComparison.Ordinal))
        {
            await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        }

        await client.CommandAsync(command, expected);
    }

    [Theory]
    [InlineData("unknown", "nobody@example.com", "5.1.6 {recipient} has left", "Dnobody@example.com has left [*] (#5.1.6)")]
    [InlineData("relay-denied", "x@elsewhere.example", "Not by us ({id})", "DNot by us (*) (#5.7.1)")]
    public async Task Qmtp_WithATextOfAReason_AnswersWithIt(string token, string recipient, string text, string expected)
    {
        await using SessionHost host = new(listener =>
        {
            listener.Protocol = SessionProtocol.Qmtp;
            listener.Replies = new Dictionary<string, string> { [token] = text };
        });
        TestClient client = host.Connect();
        await client.SendAsync(Qmtp.QmtpWire.Package("\nhi\n", "a@b.example", recipient));
        string reply = await client.NetstringAsync();
        Assert.Matches("^" + System.Text.RegularExpressions.Regex.Escape(expected).Replace("\\*", "[0-9a-z]{13}", StringComparison.Ordinal) + "$", reply);
    }

    [Fact]
    public async Task Qmtp_FilterWithAText_NamesEachRecipient()
    {
        await using SessionHost host = new SessionHost(static listener => listener.Protocol = SessionProtocol.Qmtp)
            .With(("f0", FakeFilter.OnMessage(("user", FakeFilter.Reject), ("other", FakeFilter.Reject)), Replies("no", "Not for {recipient}")));
        TestClient client = host.Connect();
        await client.SendAsync(Qmtp.QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com", "other@example.com", "third@example.com"));
        Assert.Equal("DNot for user@example.com [*] (#5.7.1)", await client.AnswerAsync());
        Assert.Equal("DNot for other@example.com [*] (#5.7.1)", await client.AnswerAsync());
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("relay-denied", "Fine", true)]
    [InlineData("relay-denied", "5.7.0 Fine", true)]
    [InlineData("relay-denied", "4.7.0 Wrong class", false)]
    [InlineData("no-space", "4.3.2 Fine", true)]
    [InlineData("no-space", "5.3.2 Wrong class", false)]
    [InlineData("relaying", "No such reason", false)]
    [InlineData("unknown", "Unknown {placeholder}", false)]
    [InlineData("unknown", "", false)]
    public void ListenerText_ThatCannotBeSent_IsAnErrorOfTheConfiguration(string token, string text, bool isValid)
    {
        ListenerOptions options = new() { Replies = new Dictionary<string, string> { [token] = text } };
        List<ValidationResult> results = [];
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        Assert.Equal(isValid, results.Count == 0);
    }

    [Fact]
    public async Task Profile_WithATextOfItsOwn_AnswersWithIt()
    {
        PipelineBuilder builder = new(new SilentDns(), TimeProvider.System, new Core.Metrics.MetricRecorder(), new Core.Events.EventRecorder(TimeProvider.System), Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        FilterRegistration type = new("fake", typeof(NoOptions), static (_, _) => FakeFilter.OnRcpt(FakeFilter.Reject), FilterTraits.Default);
        List<string> errors = [];
        await using FilterPipeline pipeline = builder.Build(
            [new PipelineStep("f0", [new FilterInstance("f0", type, new NoOptions(), new DriverOptions())])],
            new Dictionary<string, IReadOnlyDictionary<string, FilterInstance>> { ["partner"] = new Dictionary<string, FilterInstance> { ["f0"] = new("f0", type, new NoOptions(), Replies("no", "Ask {client}'s hotline")) } },
            errors)!;
        Assert.Empty(errors);
        using Testing.Sessions.TestSession session = new();
        Testing.Sessions.TestTransaction transaction = new(session);
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        run.Profile = "partner";
        FilterReason reason = (await run.RcptAsync(transaction, transaction.Ask("user@example.com"))).Reason!;
        Assert.Equal(("Ask {client}'s hotline", true), (reason.Text, reason.HasPlaceholders));
    }

    private static DriverOptions Replies(string token, string text) => new() { Replies = new Dictionary<string, string> { [token] = text } };

    private static async Task<string> GreetedAndHelloAsync(TestClient client)
    {
        await client.ExpectAsync("220");
        return await client.CommandAsync("EHLO c.example");
    }
}
