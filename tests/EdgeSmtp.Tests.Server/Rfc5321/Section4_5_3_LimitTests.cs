using System.Text;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Rfc5321;

/// <summary>"There are several objects that have required minimum/maximum sizes." Each limit under, at and over it.</summary>
public sealed class Section4_5_3_LimitTests
{
    [Fact]
    public async Task Recipients_OverTheLimit_Are452AndNoError()
    {
        await using SessionHost host = new(listener =>
        {
            listener.Smtp.RecipientsMax = 100;
            listener.Smtp.ErrorsMax = 1;
        });
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        for (int i = 0; i < 100; i++)
        {
            await client.CommandAsync($"RCPT TO:<u{i}@any.example.com>", "250");
        }

        for (int i = 0; i < 5; i++)
        {
            await client.CommandAsync($"RCPT TO:<v{i}@any.example.com>", "452 4.5.3");
        }

        await client.CommandAsync("RCPT TO:<u5@any.example.com>", "250");
        await client.CommandAsync("DATA", "354");
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250");
        Assert.Equal(100, Assert.Single(host.Store.Messages).To.Count());
        Assert.Equal(5, host.Value(SessionMetrics.Recipients, "mx", "too-many"));
    }

    [Fact]
    public async Task Commands_OverTheLimit_Are421()
    {
        await using SessionHost host = new(listener => listener.Smtp.CommandsMax = 100);
        TestClient client = await host.GreetedAsync();
        for (int i = 0; i < 100; i++)
        {
            await client.CommandAsync("NOOP", "250");
        }

        await client.CommandAsync("NOOP", "421 4.7.0");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        client.EndHalf();
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "too-many-commands"));
    }

    [Fact]
    public async Task Errors_OverTheLimit_Are421_AndAMessageStartsTheCountAnew()
    {
        await using SessionHost host = new(listener => listener.Smtp.ErrorsMax = 3);
        TestClient client = await host.IntroducedAsync();
        for (int i = 0; i < 3; i++)
        {
            await client.CommandAsync("NONSENSE", "500");
        }

        await Script.PlayAsync(client, """
            C: MAIL FROM:<a@b.example>
            S: 250
            C: RCPT TO:<user@example.com>
            S: 250
            C: DATA
            S: 354
            C: .
            S: 250
            C: NONSENSE
            S: 500
            C: NONSENSE
            S: 500
            C: NONSENSE
            S: 500
            C: NONSENSE
            S: 500
            S: 421 4.7.0
            S!
            """);
        client.EndHalf();
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "too-many-errors"));
    }

    [Theory]
    [InlineData(65_535, "250")]
    [InlineData(65_536, "250")]
    [InlineData(65_537, "552 5.3.4")]
    [InlineData(150_000, "552 5.3.4")]
    public async Task Message_UnderAtAndOverTheLimit_IsTakenOrRefusedAtItsEnd(int bytes, string expected)
    {
        await using SessionHost host = new(listener => listener.Smtp.MessageSizeMax = 65_536);
        TestClient client = await host.InDataAsync();
        await client.SendAsync("A: b\r\n\r\n" + Lines(bytes - 8) + ".\r\n");
        await client.ExpectAsync(expected);
        await client.CommandAsync("NOOP", "250");
        Assert.Equal(expected == "250" ? 1 : 0, host.Store.Count);
    }

    [Fact]
    public async Task Message_FarBeyondTheLimit_EndsTheSession()
    {
        await using SessionHost host = new(listener => listener.Smtp.MessageSizeMax = 65_536);
        TestClient client = await host.InDataAsync();
        string block = Lines(65_536);
        for (int i = 0; i < 19; i++)
        {
            await client.SendAsync(block);
        }

        await client.ExpectAsync("552 5.3.4");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
    }

    [Theory]
    [InlineData(4096, "250")]
    [InlineData(4097, "552 5.3.4")]
    public async Task Header_AtAndOverTheLimit_IsTakenOrRefused(int bytes, string expected)
    {
        await using SessionHost host = new(listener => listener.Smtp.HeaderSizeMax = 4096);
        TestClient client = await host.InDataAsync();
        await client.SendAsync(Field(bytes) + "\r\nbody\r\n.\r\n");
        await client.ExpectAsync(expected);
    }

    [Theory]
    [InlineData(99, "250")]
    [InlineData(100, "554 5.4.6")]
    [InlineData(101, "554 5.4.6")]
    public async Task Hops_UnderAtAndOverTheLimit_AreTakenOrALoop(int hops, string expected)
    {
        // RFC 5321 §6.3.
        await using SessionHost host = new(prepare: null);
        TestClient client = await host.InDataAsync();
        await client.SendAsync(string.Concat(Enumerable.Repeat("Received: from a by b; x\r\n", hops)) + "Subject: x\r\n\r\nReceived: in the body\r\n.\r\n");
        await client.ExpectAsync(expected);
    }

    [Theory]
    [InlineData(998, "250")]
    [InlineData(999, "550 5.6.0")]
    public async Task TextLine_AtAndOverAConfiguredLimit_IsTakenOrRefused(int bytes, string expected)
    {
        await using SessionHost host = new(listener => listener.Smtp.TextLineMax = 998);
        TestClient client = await host.InDataAsync();
        await client.SendAsync("\r\n" + new string('x', bytes) + "\r\n.\r\n");
        await client.ExpectAsync(expected);
    }

    [Fact]
    public async Task TextLine_OfAnyLength_IsTakenUnchangedByDefault()
    {
        await using SessionHost host = new();
        TestClient client = await host.InDataAsync();
        string line = "\r\n" + new string('x', 300_000) + "\r\n";
        await client.SendAsync(line + ".\r\n");
        await client.ExpectAsync("250");
        Assert.Equal(line, Assert.Single(host.Store.Messages).Body);
    }

    private static string Lines(int bytes)
    {
        StringBuilder text = new();
        while (text.Length + 80 <= bytes)
        {
            text.Append('x', 78).Append("\r\n");
        }

        int left = bytes - text.Length;
        return left < 2 ? text.Insert(0, new string('y', left)).ToString() : text.Append('x', left - 2).Append("\r\n").ToString();
    }

    private static string Field(int bytes) => "X: " + new string('x', bytes - 5) + "\r\n";
}
