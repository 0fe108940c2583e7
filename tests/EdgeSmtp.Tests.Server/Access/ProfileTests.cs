using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Sessions.Access;
using EdgeSmtp.Tests.Server.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeSmtp.Tests.Server.Access;

/// <summary>A rule chooses the variants of filters that its sessions run, and a reload never mixes the rules of one configuration with the filters of another.</summary>
public sealed class ProfileTests
{
    [Fact]
    public async Task Session_RunsTheVariantsOfItsRule()
    {
        await using SessionHost host = new(prepare: static host => Install(host, "first"));

        Assert.StartsWith("250 ", await RcptAsync(host, "192.0.2.1"), StringComparison.Ordinal);
        Assert.StartsWith("550 5.7.1 first", await RcptAsync(host, "192.0.2.2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_KeepsItsConfiguration_WhileANewOneComes()
    {
        await using SessionHost host = new(prepare: static host => Install(host, "first"));
        TestClient before = await host.IntroducedAsync("192.0.2.2");
        FilterPipeline old = host.Current.Pipeline;

        Install(host, "second");
        Task disposing = old.DisposeAsync().AsTask();

        await before.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await before.CommandAsync("RCPT TO:<user@example.com>", "550 5.7.1 first");
        Assert.False(disposing.IsCompleted);
        Assert.StartsWith("550 5.7.1 second", await RcptAsync(host, "192.0.2.2"), StringComparison.Ordinal);
        await before.CommandAsync("QUIT", "221");
        before.EndHalf();
        await disposing;
    }

    // Decided under the old rules, whose profile the new filters do not have: the connection waits for the DNS meanwhile.
    [Fact]
    public async Task Connection_DecidedBeforeAReload_BeginsItsSessionOnWhatDecided()
    {
        FakeNames names = new("friend.example") { Waits = true };
        await using SessionHost host = new(prepare: host =>
        {
            host.ClientNames = names;
            Install(host, "first", "=friend.example");
        });
        TestClient client = host.Connect("192.0.2.9");
        FilterPipeline old = host.Current.Pipeline;

        host.Current = host.Current with { Pipeline = FilterPipeline.Empty, Access = AccessTable.Empty };
        Task disposing = old.DisposeAsync().AsTask();
        names.Release();

        await client.ExpectAsync("220 ");
        await client.CommandAsync("EHLO client.example.net", "250-");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", "250");
        await client.CommandAsync("QUIT", "221");
        client.EndHalf();
        await disposing;
    }

    /// <summary>A filter that refuses recipients with a text, and a profile without it for clients of a rule.</summary>
    private static void Install(SessionHost host, string text, string address = "192.0.2.1")
    {
        FilterReason reason = new(VerdictKind.Reject, "no", 550, "5.7.1", text);
        FilterRegistration type = new("Fake", typeof(NoOptions), (_, _) => FakeFilter.OnRcpt(reason), FilterTraits.Default);
        FilterInstance instance = new("fake", type, new NoOptions(), new DriverOptions());
        PipelineBuilder builder = new(new SilentDns(), host.Time, host.Metrics, host.Events, NullLoggerFactory.Instance);
        List<string> errors = [];
        FilterPipeline? pipeline = builder.Build(
            [new PipelineStep("fake", [instance])],
            new Dictionary<string, IReadOnlyDictionary<string, FilterInstance>>
            {
                ["friends"] = new Dictionary<string, FilterInstance> { ["fake"] = instance with { Driver = new DriverOptions { Enabled = false } } },
            },
            errors);
        Assert.Empty(errors);
        host.Follow((address, AccessSettings.Default with { Profile = "friends" }));
        host.Current = host.Current with { Pipeline = pipeline! };
    }

    private static async Task<string> RcptAsync(SessionHost host, string client)
    {
        TestClient test = await host.IntroducedAsync(client);
        await test.CommandAsync("MAIL FROM:<a@b.example>", "250");
        return await test.CommandAsync("RCPT TO:<user@example.com>");
    }
}
