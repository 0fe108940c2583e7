using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Policy;

/// <summary>Every reply that refuses ends with an id, and log, metric and explanation have the same id and the same token.</summary>
public sealed class ReplyIdTests
{
    [Theory]
    [InlineData("RCPT TO:<x@elsewhere.example>", "550 5.7.1 Relaying denied", "relay-denied")]
    [InlineData("RCPT TO:<nobody@example.com>", "550 5.1.1 Recipient unknown", "unknown")]
    public async Task Rcpt_Refused_HasTheIdOfItsTransaction(string command, string reply, string token)
    {
        await using SessionHost host = new SessionHost().With(new FakeFilter());
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        string id = IdOf(await client.CommandAsync(command, reply));
        Assert.Equal(13, id.Length);
        AssertSaid(host, id, token);
        Assert.Equal(1, host.Value(SessionMetrics.Recipients, "mx", token));
    }

    [Fact]
    public async Task Rcpt_OneTooMany_HasAnId()
    {
        await using SessionHost host = new SessionHost(static listener => listener.Smtp.RecipientsMax = 1).With(new FakeFilter());
        TestClient client = await host.InTransactionAsync();
        string id = IdOf(await client.CommandAsync("RCPT TO:<other@example.com>", "452 4.5.3 "));
        AssertSaid(host, id, "too-many");
    }

    [Theory]
    [InlineData("x\nx\r\n.\r\n", "550 5.5.2 ", "malformed")]
    [InlineData("HOPS\r\n.\r\n", "554 5.4.6 ", "too-many-hops")]
    [InlineData("BIG\r\n.\r\n", "552 5.3.4 ", "too-large")]
    [InlineData("HEADER: x\r\n\r\n.\r\n", "552 5.3.4 ", "too-large")]
    public async Task Content_Refused_HasTheIdOfItsTransaction(string content, string reply, string token)
    {
        await using SessionHost host = new SessionHost(static listener =>
        {
            listener.Smtp.MessageSizeMax = 64 * 1024;
            listener.Smtp.HeaderSizeMax = 4096;
            listener.Smtp.BareLf = Protocol.Smtp.NewlineRule.Reject;
        }).With(new FakeFilter());
        TestClient client = await host.InDataAsync();
        content = content.Replace("HOPS", string.Concat(Enumerable.Repeat("Received: x\r\n", 100)) + "\r\n", StringComparison.Ordinal)
            .Replace("BIG", "A: b\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('x', 998) + "\r\n", 66)), StringComparison.Ordinal)
            .Replace("HEADER", "A: " + new string('x', 4096) + "\r\nB", StringComparison.Ordinal);
        await client.SendAsync(content);
        string id = IdOf(await client.ExpectAsync(reply));
        AssertSaid(host, id, token);
        Assert.Equal(1, host.Value(SessionMetrics.Transactions, "mx", token));
    }

    [Theory]
    [InlineData("MAIL FROM:<a@b.example> SIZE=999999999", StoreHealth.Open, "552 5.3.4 ", "too-large")]
    [InlineData("MAIL FROM:<a@b.example>", StoreHealth.Full, "452 4.3.1 ", "no-space")]
    [InlineData("MAIL FROM:<a@b.example>", StoreHealth.Failed, "451 4.3.0 ", "store-failed")]
    public async Task Mail_Refused_HasTheIdOfItsTransaction(string command, StoreHealth health, string reply, string token)
    {
        await using SessionHost host = new SessionHost().With(new FakeFilter());
        host.Store.Health = health;
        TestClient client = await host.IntroducedAsync();
        string id = IdOf(await client.CommandAsync(command, reply));
        Assert.Equal(13, id.Length);
        AssertSaid(host, id, token);
        Assert.Equal(1, host.Value(SessionMetrics.Transactions, "mx", token));
    }

    [Theory]
    [InlineData(CommitResult.Full, "452 4.3.1 ", "no-space")]
    [InlineData(CommitResult.Failed, "451 4.3.0 ", "store-failed")]
    public async Task Commit_ThatFails_HasTheIdOfItsTransaction(CommitResult result, string reply, string token)
    {
        await using SessionHost host = new SessionHost().With(new FakeFilter());
        host.Store.Result = result;
        TestClient client = await host.InDataAsync();
        await client.SendAsync(".\r\n");
        AssertSaid(host, IdOf(await client.ExpectAsync(reply)), token);
    }

    [Theory]
    [InlineData("NONSENSE", "500 5.5.1 ")]
    [InlineData("MAIL FROM:<a b>", "501 5.1.7 ")]
    [InlineData("DATA", "503 5.5.1 ")]
    public async Task Command_Refused_HasTheIdOfTheSession(string command, string reply)
    {
        await using SessionHost host = new SessionHost().With(new FakeFilter());
        TestClient client = await host.IntroducedAsync();
        string id = IdOf(await client.CommandAsync(command, reply));
        Assert.Equal(16, id.Length);
        await client.CommandAsync("QUIT", "221");
        await client.Served;
        Assert.Contains(host.Events.Lines, line => line.Contains($"\"session\":\"{id}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Close_ForALimit_HasTheIdOfTheSession()
    {
        await using SessionHost host = new SessionHost(static listener => listener.Smtp.CommandsMax = 2).With(new FakeFilter());
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("NOOP", "250");
        string id = IdOf(await client.CommandAsync("NOOP", "421 4.7.0 "));
        client.EndHalf();
        await client.Served;
        Assert.Contains(host.Events.Lines, line => line.Contains($"\"session\":\"{id}\"", StringComparison.Ordinal) && line.Contains("\"reason\":\"too-many-commands\"", StringComparison.Ordinal));
        Assert.Contains(host.Events.Explained.Lines, line => line.Contains($"\"session\":\"{id}\"", StringComparison.Ordinal) && line.Contains("\"reason\":\"too-many-commands\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Filter_ThatRefuses_IsNamedWithItsTokenEverywhere()
    {
        await using SessionHost host = new SessionHost().With(FakeFilter.OnRcpt(FakeFilter.Reject));
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        string id = IdOf(await client.CommandAsync("RCPT TO:<user@example.com>", "550 5.7.1 No"));
        AssertSaid(host, id, "no");
        Assert.Equal(1, host.Value(Pipeline.FilterMetrics.Verdicts, "f0", "rcpt", "reject", "no"));
    }

    [Theory]
    [InlineData("x@elsewhere.example", "\nhi\n", "D", "relay-denied")]
    [InlineData("nobody@example.com", "\nhi\n", "D", "unknown")]
    [InlineData("user@example.com", "\nh\ri\n", "D", "malformed")]
    public async Task Qmtp_Refused_HasTheIdOfItsTransaction(string recipient, string message, string letter, string token)
    {
        await using SessionHost host = new SessionHost(static listener => listener.Protocol = SessionProtocol.Qmtp).With(new FakeFilter());
        TestClient client = host.Connect();
        await client.SendAsync(Qmtp.QmtpWire.Package(message, "a@b.example", recipient));
        string reply = await client.NetstringAsync();
        Assert.StartsWith(letter, reply, StringComparison.Ordinal);
        AssertSaid(host, TestClient.ReplyId().Match(reply).Value.Trim('[', ']'), token);
    }

    [Theory]
    [InlineData(CommitResult.Full, "Z", "no-space")]
    [InlineData(CommitResult.Failed, "Z", "store-failed")]
    public async Task Qmtp_CommitThatFails_IsLoggedWithItsId(CommitResult result, string letter, string token)
    {
        await using SessionHost host = new SessionHost(static listener => listener.Protocol = SessionProtocol.Qmtp).With(new FakeFilter());
        host.Store.Result = result;
        TestClient client = host.Connect();
        await client.SendAsync(Qmtp.QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com"));
        string reply = await client.NetstringAsync();
        Assert.StartsWith(letter, reply, StringComparison.Ordinal);
        AssertSaid(host, TestClient.ReplyId().Match(reply).Value.Trim('[', ']'), token);
    }

    [Fact]
    public async Task Qmtp_RecipientRefusedAfterTheContent_IsLogged()
    {
        await using SessionHost host = new SessionHost(static listener => listener.Protocol = SessionProtocol.Qmtp).With(FakeFilter.OnMessage(("user", FakeFilter.Reject)));
        TestClient client = host.Connect();
        await client.SendAsync(Qmtp.QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com", "other@example.com", "user@example.com"));
        string reply = await client.NetstringAsync();
        Assert.StartsWith("DNo [", reply, StringComparison.Ordinal);
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.Equal(reply, await client.NetstringAsync());
        Assert.Single(host.Events.Lines, static line => line.Contains("\"event\":\"refused\"", StringComparison.Ordinal));
        AssertSaid(host, TestClient.ReplyId().Match(reply).Value.Trim('[', ']'), "no");
    }

    [Fact]
    public async Task Qmtp_DisconnectedAtConnect_IsLogged()
    {
        await using SessionHost host = new SessionHost(static listener => listener.Protocol = SessionProtocol.Qmtp).With(FakeFilter.OnConnect(FakeFilter.Disconnect));
        TestClient client = host.Connect();
        client.EndHalf();
        await client.Served;
        Assert.Contains(host.Events.Lines, static line => line.Contains("\"event\":\"refused\"", StringComparison.Ordinal) && line.Contains("\"reason\":\"away\",\"filter\":\"f0\"", StringComparison.Ordinal));
    }

    private static string IdOf(string reply)
    {
        Assert.Matches(@"\[[0-9a-z]{13}(?:[0-9a-z]{3})?\]\r\n$", reply);
        return TestClient.ReplyId().Match(reply).Value.Trim('[', ']');
    }

    /// <summary>One line of the log has id and token, and so has one of the explanation.</summary>
    private static void AssertSaid(SessionHost host, string id, string token)
    {
        Assert.Single(host.Events.Lines, line => line.Contains($"\"id\":\"{id}\"", StringComparison.Ordinal) && line.Contains($"\"reason\":\"{token}\"", StringComparison.Ordinal));
        Assert.Single(
            host.Events.Explained.Lines,
            line => line.Contains("\"what\":\"refused\"", StringComparison.Ordinal) && line.Contains($"\"reason\":\"{token}\"", StringComparison.Ordinal) && line.Contains($"\"transaction\":\"{id}\"", StringComparison.Ordinal));
    }
}
