using EdgeSmtp.Core.Domains;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Rfc5321;

/// <summary>"This command is used to identify an individual recipient of the mail data."</summary>
public sealed class Section4_1_1_3_RcptTests
{
    [Theory]
    [InlineData("RCPT TO:<user@example.com>", "250 2.1.5")]
    [InlineData("RCPT TO: <user@example.com>", "250 2.1.5")]
    [InlineData("RCPT TO:<USER@EXAMPLE.COM>", "250 2.1.5")]
    [InlineData("RCPT TO:<user@example.com.>", "250 2.1.5")]
    [InlineData("RCPT TO:<\"user\"@example.com>", "250 2.1.5")]
    [InlineData("RCPT TO:<user+news@example.com>", "250 2.1.5")]
    [InlineData("RCPT TO:<@relay.example:user@example.com>", "250 2.1.5")]
    [InlineData("RCPT TO:<nobody@example.com>", "550 5.1.1")]
    [InlineData("RCPT TO:<nobody+user@example.com>", "550 5.1.1")]
    [InlineData("RCPT TO:<user@sub.example.com>", "550 5.7.1")]
    [InlineData("RCPT TO:<user@notexample.com>", "550 5.7.1")]
    [InlineData("RCPT TO:<>", "501 5.1.3")]
    [InlineData("RCPT TO:user@example.com", "501 5.1.3")]
    [InlineData("RCPT", "501 5.5.4")]
    [InlineData("RCPT FROM:<user@example.com>", "501 5.5.4")]
    [InlineData("RCPT TO:<user@example.com> FOO=BAR", "555 5.5.4")]
    [InlineData("RCPT TO:<user@example.com> NOTIFY=NEVER,FAILURE", "555 5.5.4")]
    public async Task Rcpt_ByItsForm_IsAnswered(string line, string expected)
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync(line, expected);
    }

    [Fact]
    public async Task Rcpt_Twice_IsDeliveredOnce()
    {
        await using SessionHost host = new();
        TestClient client = await host.InTransactionAsync();
        await Script.PlayAsync(client, """
            C: RCPT TO:<User@Example.COM>
            S: 250 2.1.5
            C: RCPT TO:<other@example.com>
            S: 250 2.1.5
            C: DATA
            S: 354 
            C: .
            S: 250
            """);
        Assert.Equal(["user@example.com", "other@example.com"], Assert.Single(host.Store.Messages).To);
        Assert.Equal(1, host.Value(SessionMetrics.Recipients, "mx", "duplicate"));
        Assert.Equal(2, host.Value(SessionMetrics.Recipients, "mx", "accepted"));
    }

    [Fact]
    public async Task Rcpt_WhenTheSourceCannotTell_Is451()
    {
        await using SessionHost host = new();
        host.Current = host.Current with
        {
            Domains = new DomainTable([new DomainEntry("example.com", new Source(_ => new(RecipientStatus.TemporaryFailure)), "r")]),
        };
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", "451 4.3.0");
    }

    [Fact]
    public async Task Rcpt_WhenTheSourceThrows_Is451AndTheSessionGoesOn()
    {
        await using SessionHost host = new();
        host.Current = host.Current with
        {
            Domains = new DomainTable([new DomainEntry("example.com", new Source(_ => throw new InvalidOperationException("bug")), "r")]),
        };
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", "451 4.3.0");
        await client.CommandAsync("NOOP", "250");
    }

    [Fact]
    public async Task Rcpt_WhenTheSourceTakesItsTime_IsAnsweredThen()
    {
        TaskCompletionSource<RecipientStatus> answer = new();
        await using SessionHost host = new();
        host.Current = host.Current with
        {
            Domains = new DomainTable([new DomainEntry("example.com", new Source(_ => new(answer.Task)), "r")]),
        };
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.SendAsync("RCPT TO:<user@example.com>\r\n");
        answer.SetResult(RecipientStatus.Known);
        await client.ExpectAsync("250 2.1.5");
    }

    [Fact]
    public async Task Rcpt_Refused_IsLoggedWithSenderAndRecipient()
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<sender@b.example>", "250");
        await client.CommandAsync("RCPT TO:<nobody@example.com>", "550");
        string line = Assert.Single(host.Events.Lines, entry => entry.Contains("\"event\":\"refused\"", StringComparison.Ordinal));
        Assert.Contains("\"from\":\"sender@b.example\"", line, StringComparison.Ordinal);
        Assert.Contains("\"to\":\"nobody@example.com\"", line, StringComparison.Ordinal);
        Assert.Contains("\"client\":\"192.0.2.1\"", line, StringComparison.Ordinal);
        Assert.Contains("\"hello\":\"client.example.net\"", line, StringComparison.Ordinal);
        Assert.Contains("\"reply\":550", line, StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"unknown\"", line, StringComparison.Ordinal);
    }

    private sealed class Source(Func<string, ValueTask<RecipientStatus>> find) : IRecipientSource
    {
        public bool AcceptsAny => false;

        public ValueTask<RecipientStatus> FindAsync(string key, CancellationToken cancellationToken) => find(key);
    }
}
