using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Domains;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Sessions;
using EdgeSmtp.Sessions.Access;
using EdgeSmtp.Tests.Server.Harness;
using EdgeSmtp.Tests.Server.Qmtp;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeSmtp.Tests.Server.Access;

/// <summary>
/// Profiles of domains: <c>strict.example</c> refuses every content, <c>polite.example</c> differs before the content alone, <c>example.com</c> has the filters as they are.
/// Without splitting, one message to several of them has mixed results (docs/adr/0004-mixed-verdicts.md).
/// </summary>
public sealed class RecipientProfileTests
{
    [Fact]
    public async Task Split_RecipientOfAnotherProfile_IsSentInATransactionOfItsOwn()
    {
        await using SessionHost host = With(splits: true);
        TestClient client = await host.InTransactionAsync();

        await client.CommandAsync("RCPT TO:<a@strict.example>", "452 4.5.3");
        await client.CommandAsync("RCPT TO:<other@example.com>", "250 2.1.5");
        await SendAsync(client, "250 2.0.0");
        await client.CommandAsync("MAIL FROM:<sender@example.net>", "250");
        await client.CommandAsync("RCPT TO:<a@strict.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", "452 4.5.3");
        await SendAsync(client, "550 5.7.1 strict");

        Assert.Equal(["user@example.com", "other@example.com"], host.Store.Messages.SelectMany(static message => message.To));
        Assert.Equal(2, host.Value(SessionMetrics.Recipients, "mx", "other-profile"));
    }

    // §8.15 of the design: its 452 never counts as an error.
    [Fact]
    public async Task Split_RefusedAgainAndAgain_IsNoError()
    {
        await using SessionHost host = With(splits: true, static listener => listener.Smtp.ErrorsMax = 1);
        TestClient client = await host.InTransactionAsync();

        for (int i = 0; i < 10; i++)
        {
            await client.CommandAsync($"RCPT TO:<a{i}@strict.example>", "452 4.5.3");
        }

        await SendAsync(client, "250 2.0.0");
    }

    [Fact]
    public async Task Split_ProfilesThatDifferBeforeTheContent_ShareTheMessage()
    {
        await using SessionHost host = With(splits: true);
        TestClient client = await host.InTransactionAsync();

        await client.CommandAsync("RCPT TO:<a@polite.example>", "250");

        await SendAsync(client, "250 2.0.0");
    }

    [Fact]
    public async Task Rcpt_OfAProfile_IsJudgedByItsVariant()
    {
        await using SessionHost host = With(splits: false);
        TestClient client = await host.InTransactionAsync();

        await client.CommandAsync("RCPT TO:<bad@polite.example>", "550 5.7.1 polite");
        await client.CommandAsync("RCPT TO:<bad@strict.example>", "250");
    }

    [Fact]
    public async Task WithoutSplit_MixedResults_AreAcceptedAndQuarantined()
    {
        await using SessionHost host = With(splits: false);
        TestClient client = await host.InTransactionAsync();

        await client.CommandAsync("RCPT TO:<a@strict.example>", "250");
        await SendAsync(client, "250 2.0.0");

        Assert.Equal("a@strict.example", Assert.Single(host.Store.Messages, static message => message.Envelope.Lane == MessageLane.Quarantine).To.Single());
        Assert.Equal("user@example.com", Assert.Single(host.Store.Messages, static message => message.Envelope.Lane == MessageLane.Delivery).To.Single());
    }

    [Fact]
    public async Task Qmtp_AnswersEachRecipientByItsProfile()
    {
        await using SessionHost host = With(splits: true, static listener => listener.Protocol = SessionProtocol.Qmtp);
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com", "a@strict.example"));

        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("Dstrict", await client.NetstringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProfileOfTheClient_CountsForAllItSends()
    {
        await using SessionHost host = With(splits: true, prepare: static host => host.Follow(("192.0.2.1", AccessSettings.Default with { Profile = "polite" })));
        TestClient client = await host.InTransactionAsync();

        await client.CommandAsync("RCPT TO:<a@strict.example>", "250");
        await SendAsync(client, "250 2.0.0");
    }

    private static async Task SendAsync(TestClient client, string expected)
    {
        await client.CommandAsync("DATA", "354");
        await client.SendAsync("Subject: x\r\n\r\nhi\r\n.\r\n");
        await client.ExpectAsync(expected);
    }

    private static SessionHost With(bool splits, Action<ListenerOptions>? configure = null, Action<SessionHost>? prepare = null)
    {
        SessionHost host = new(
            listener =>
            {
                listener.Smtp.SplitByProfile = splits;
                configure?.Invoke(listener);
            },
            prepare);
        FilterRegistration type = new("Fake", typeof(Says), static (options, _) => ((Says)options).Filter, FilterTraits.Default);
        FilterInstance envelope = Instance("envelope", type, new Envelope(null));
        FilterInstance content = Instance("content", type, new Content(null));
        List<string> errors = [];
        FilterPipeline? pipeline = new PipelineBuilder(new SilentDns(), host.Time, host.Metrics, host.Events, NullLoggerFactory.Instance).Build(
            [new PipelineStep("envelope", [envelope]), new PipelineStep("content", [content])],
            new Dictionary<string, IReadOnlyDictionary<string, FilterInstance>>
            {
                ["strict"] = new Dictionary<string, FilterInstance> { ["content"] = Instance("content", type, new Content("strict")) },
                ["polite"] = new Dictionary<string, FilterInstance> { ["envelope"] = Instance("envelope", type, new Envelope("polite")) },
            },
            errors);
        Assert.Empty(errors);
        host.Current = host.Current with
        {
            Pipeline = pipeline!,
            Domains = new DomainTable(
            [
                new DomainEntry("example.com", new RecipientList("example.com", ["user", "other"]), "inside"),
                new DomainEntry("strict.example", new AnyRecipient(), "inside") { Profile = "strict" },
                new DomainEntry("polite.example", new AnyRecipient(), "inside") { Profile = "polite" },
            ]),
        };
        return host;
    }

    private static FilterInstance Instance(string name, FilterRegistration type, IFilter filter) => new(name, type, new Says { Filter = filter }, new DriverOptions());

    private sealed class Says
    {
        public required IFilter Filter { get; init; }
    }

    /// <summary>With a text, refuses recipients whose local part is <c>bad</c>.</summary>
    private sealed class Envelope(string? text) : IRcptFilter
    {
        private readonly FilterReason _refused = new(VerdictKind.Reject, "no", 550, "5.7.1", text ?? "no");

        public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken) =>
            text is not null && recipient.ForwardPath.ToString().StartsWith("bad@", StringComparison.Ordinal) ? Verdict.From(_refused) : Verdict.Continue;
    }

    private sealed class Content(string? text) : IMessageFilter
    {
        public ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
        {
            if (text is not null)
            {
                verdicts.SetAll(Verdict.From(new FilterReason(VerdictKind.Reject, "no", 550, "5.7.1", text)));
            }

            return default;
        }
    }
}
