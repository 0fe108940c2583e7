using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Domains;
using EdgeSmtp.Filters.Recipients;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Sessions.Access;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Tests.Server.Access;
using EdgeSmtp.Tests.Server.Harness;
using EdgeSmtp.Tests.Server.Qmtp;
using EdgeSmtp.Toolkit.Recipients;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeSmtp.Tests.Server.Relay;

/// <summary>Domains that leave it to the Recipients filter which mailboxes exist, over SMTP and QMTP.</summary>
public sealed class FilteredRecipientTests
{
    /// <summary>Forward-paths, the replies of SMTP and the letters of QMTP.</summary>
    public static TheoryData<string, string, string> Paths() => new()
    {
        { "joe@filtered.example", "250 2.1.5", "K" },
        { "JOE@Filtered.Example", "250 2.1.5", "K" },
        { "joe+lists@filtered.example", "250 2.1.5", "K" },
        { "\"joe\"@filtered.example", "250 2.1.5", "K" },
        { "jane@filtered.example", "550 5.1.1", "D" },
        { "joe-lists@filtered.example", "550 5.1.1", "D" },
        { "joe%elsewhere.example@filtered.example", "550 5.1.1", "D" },
        { "down@filtered.example", "451 4.3.0", "Z" },
        { "PostMaster@filtered.example", "250 2.1.5", "K" },
        { "user@example.com", "250 2.1.5", "K" },
        { "joe@example.com", "550 5.1.1", "D" },
        { "joe@elsewhere.example", "550 5.7.1", "D" },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Recipient_OverSmtp_IsWhatTheFilterSays(string path, string expected, string letter)
    {
        _ = letter;
        await using SessionHost host = Create();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<sender@example.net>", "250");
        await client.CommandAsync($"RCPT TO:<{path}>", expected);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Recipient_OverQmtp_IsWhatTheFilterSays(string path, string expected, string letter)
    {
        _ = expected;
        await using SessionHost host = Create(qmtp: true);
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nhi\n", "sender@example.net", path));
        Assert.StartsWith(letter, await client.NetstringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recipient_OfARelayClient_IsLookedUpToo()
    {
        await using SessionHost host = Create();
        host.Current = host.Current with { RelayNetworks = Net.Of("192.0.2.0/24") };
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<sender@example.net>", "250");
        await client.CommandAsync("RCPT TO:<jane@filtered.example>", "550 5.1.1");
        await client.CommandAsync("RCPT TO:<anybody@elsewhere.example>", "250");
    }

    [Fact]
    public async Task Recipient_ByRule_IsDeferredWhenUnknown()
    {
        await using SessionHost host = Create(prepare: static host => host.Follow(("192.0.2.1", AccessSettings.Default with { DefersUnknownRecipients = true })));
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<sender@example.net>", "250");
        await client.CommandAsync("RCPT TO:<jane@filtered.example>", "450 4.2.1");
        await client.CommandAsync("RCPT TO:<joe@filtered.example>", "250");
    }

    [Fact]
    public async Task Domain_WithoutTheFilter_TakesNothing()
    {
        FilteredRecipients source = new();
        Assert.Equal(RecipientStatus.TemporaryFailure, await source.FindAsync("joe@filtered.example", CancellationToken.None));
        Assert.False(source.AcceptsAny);
    }

    private static SessionHost Create(bool qmtp = false, Action<SessionHost>? prepare = null)
    {
        SessionHost host = new(listener => listener.Protocol = qmtp ? SessionProtocol.Qmtp : SessionProtocol.Smtp, prepare);
        FilterRegistration registration = new FilterRegistry().AddRecipients().Types["Recipients"];
        RecipientsFilterOptions options = new()
        {
            Lines = ["filtered.example:corp"],
            Backends = new Dictionary<string, FilterPart<IRecipientBackend>> { ["corp"] = FilterPart.Of<IRecipientBackend, CorpOptions>("Corp", new CorpOptions(), static (_, _) => new Corp()) },
        };
        List<string> errors = [];
        PipelineBuilder builder = new(FakeDns.Empty, host.Time, host.Metrics, host.Events, NullLoggerFactory.Instance);
        FilterPipeline? pipeline = builder.Build(
            [new PipelineStep("recipients", [new FilterInstance("recipients", registration, options, new DriverOptions())])],
            new Dictionary<string, IReadOnlyDictionary<string, FilterInstance>>(),
            errors);
        Assert.Empty(errors);
        host.Current = host.Current with
        {
            Pipeline = pipeline!,
            Domains = new DomainTable([.. host.Current.Domains.Entries, new DomainEntry("filtered.example", new FilteredRecipients(), "inside")]),
        };
        return host;
    }

    private sealed record CorpOptions : RecipientBackendOptions;

    private sealed class Corp : IRecipientBackend
    {
        public ValueTask<RecipientAnswer> FindAsync(string address, CancellationToken cancellationToken) => ValueTask.FromResult(address switch
        {
            "joe@filtered.example" => RecipientAnswer.Known,
            "down@filtered.example" => RecipientAnswer.TemporaryFailure("down"),
            _ => RecipientAnswer.Unknown,
        });

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
