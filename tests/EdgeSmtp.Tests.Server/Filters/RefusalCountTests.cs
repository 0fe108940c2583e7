using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.RateLimit;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Tests.Server.Harness;
using EdgeSmtp.Tests.Server.Qmtp;
using Xunit;

namespace EdgeSmtp.Tests.Server.Filters;

/// <summary>What filters see of refusals that they were never asked about.</summary>
public sealed class RefusalCountTests
{
    [Fact]
    public async Task Smtp_CountsWhatIsRefusedForGood()
    {
        List<int> seen = [];
        await using SessionHost host = new();
        host.With(new FakeFilter
        {
            Mail = transaction =>
            {
                seen.Add(transaction.Session.Refusals);
                return default;
            },
            Rcpt = recipient => recipient.ForwardPath.ToString().StartsWith("user", StringComparison.Ordinal) ? Verdict.From(FakeFilter.Defer) : default,
        });
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<nobody@example.com>", "550");
        await client.CommandAsync("RCPT TO:<nobody@elsewhere.example>", "550");

        // What may be tried again is not the client's fault.
        await client.CommandAsync("RCPT TO:<user@example.com>", "450");
        await client.CommandAsync("RSET", "250");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("NONSENSE", "500");
        await client.CommandAsync("RSET", "250");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        Assert.Equal([0, 2, 3], seen);
    }

    [Fact]
    public async Task Guesser_IsCutOffWithinOneTransaction()
    {
        await using SessionHost host = new();
        RateLimitFilterOptions options = new()
        {
            Limits = new Dictionary<string, RateLimitOptions>(StringComparer.Ordinal)
            {
                ["guessing"] = new() { Unit = RateUnit.Failures, Rate = 3, Period = TimeSpan.FromHours(1), Action = RateAction.Disconnect },
            },
        };
        using HarnessContext context = new("rates", new SilentDns(), host.Time, FilterTraits.Default);
        host.With(new RateLimitFilter(options, context));
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        for (int i = 0; i < 3; i++)
        {
            await client.CommandAsync($"RCPT TO:<nobody{i}@example.com>", "550");
        }

        await client.SendAsync("RCPT TO:<user@example.com>\r\n");
        await client.ExpectAsync("421 4.7.0 Too many errors, try again in 20 min");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Qmtp_CountsWhatIsRefusedForGood()
    {
        List<int> seen = [];
        await using SessionHost host = new(static listener => listener.Protocol = SessionProtocol.Qmtp);
        host.With(new FakeFilter
        {
            Mail = transaction =>
            {
                seen.Add(transaction.Session.Refusals);
                return default;
            },
        });
        TestClient client = host.Connect();
        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync(QmtpWire.Package("\nx\n", "a@b.example", "nobody@example.com", "user@example.com", "nobody2@example.com"));
            Assert.StartsWith("D", await client.NetstringAsync(), StringComparison.Ordinal);
            Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
            Assert.StartsWith("D", await client.NetstringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal([0, 2], seen);
    }
}
