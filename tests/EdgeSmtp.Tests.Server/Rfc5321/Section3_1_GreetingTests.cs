using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Rfc5321;

/// <summary>"The SMTP protocol allows a server to formally reject a mail session while still allowing the initial connection" (554).</summary>
public sealed class Section3_1_GreetingTests
{
    [Fact]
    public async Task Connection_Accepted_IsGreetedByName()
    {
        await using SessionHost host = new();
        TestClient client = host.Connect();
        Assert.Equal("220 mx.example.org ESMTP\r\n", await client.ReplyAsync());
    }

    [Fact]
    public async Task Greeting_Rejected_Is554AndLeavesOnlyQuit()
    {
        await using SessionHost host = new(listener => listener.RejectAt = Pipeline.RejectAt.Stage);
        host.With(FakeFilter.OnConnect(FakeFilter.Reject));
        TestClient client = host.Connect();
        await Script.PlayAsync(client, """
            S: 554 5.7.1 No [
            C: EHLO a.example
            S: 503 5.5.1
            C: MAIL FROM:<a@b.example>
            S: 503 5.5.1
            C: NOOP
            S: 503 5.5.1
            C: QUIT
            S: 221 2.0.0
            S!
            """);
    }

    [Fact]
    public async Task Greeting_Deferred_Is421AndCloses()
    {
        await using SessionHost host = new(listener => listener.RejectAt = Pipeline.RejectAt.Stage);
        host.With(FakeFilter.OnConnect(FakeFilter.Defer));
        TestClient client = host.Connect();
        await client.ExpectAsync("421 4.7.1 Later [");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Greeting_Disconnected_ClosesAtOnceWhateverRejectAtSays()
    {
        await using SessionHost host = new();
        host.With(FakeFilter.OnConnect(FakeFilter.Disconnect));
        TestClient client = host.Connect();
        await client.ExpectAsync("554 5.7.1 Away [");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        client.EndHalf();
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "filter"));
    }

    [Fact]
    public async Task Reply_OfAVerdict_NamesTheSessionThatTheLogNames()
    {
        await using SessionHost host = new();
        host.With(FakeFilter.OnConnect(FakeFilter.Disconnect));
        TestClient client = host.Connect();
        string reply = await client.ReplyAsync();
        string id = reply[(reply.IndexOf('[', StringComparison.Ordinal) + 1)..reply.IndexOf(']', StringComparison.Ordinal)];
        Assert.Equal(16, id.Length);
        Assert.Contains(host.Events.Lines, line => line.Contains($"\"session\":\"{id}\"", StringComparison.Ordinal) && line.Contains("\"reason\":\"away\"", StringComparison.Ordinal));
    }
}
