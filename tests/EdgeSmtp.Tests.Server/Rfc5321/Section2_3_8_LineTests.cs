using EdgeSmtp.Abstractions;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Rfc5321;

/// <summary>"Conforming implementations MUST NOT recognize or generate any other character or character sequence as a line terminator."</summary>
public sealed class Section2_3_8_LineTests
{
    [Fact]
    public async Task Command_EndedByLfAlone_Is500AndTheEnd()
    {
        // SMUG-lf-commands.
        await using SessionHost host = new();
        FakeFilter filter = new();
        host.With(filter);
        TestClient client = await host.IntroducedAsync();
        await client.SendAsync("MAIL FROM:<a@b.example>\nRCPT TO:<user@example.com>\nDATA\n");
        await client.ExpectAsync("500 5.5.2");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        Assert.Equal([ProtocolViolation.BareLf], filter.Violations);
        Assert.Equal(1, host.Value(SessionMetrics.Violations, "mx", "bare-lf"));
    }

    [Theory]
    [InlineData("MAIL FROM:<a\rRCPT TO:<x>@b.example>")]
    [InlineData("NOOP\r")]
    [InlineData("\rNOOP")]
    public async Task Command_WithCrInside_Is500AndNothingOfItRuns(string line)
    {
        // SMUG-cr-in-address.
        await using SessionHost host = new();
        FakeFilter filter = new();
        host.With(filter);
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync(line, "500 5.5.2");
        await client.CommandAsync("NOOP", "250 2.0.0");
        Assert.Equal([ProtocolViolation.BareCr], filter.Violations);
    }

    [Fact]
    public async Task Address_WithNulInside_Is500()
    {
        await using SessionHost host = new();
        TestClient client = await host.InTransactionAsync();
        await client.CommandAsync("RCPT TO:<us\0er@example.com>", "500 5.5.2");
        await client.CommandAsync("NOOP", "250");
    }

    [Theory]
    [InlineData(0, "250 ")]
    [InlineData(1, "500 5.5.2")]
    [InlineData(5000, "500 5.5.2")]
    public async Task Command_AtAndOverTheLimit_IsTakenAndDiscarded(int over, string expected)
    {
        // RFC 5321 §4.5.3.1.4; a line of exactly CommandLineMax bytes with its CRLF is the last that is taken.
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        string line = "NOOP ".PadRight(host.Listener.Smtp.CommandLineMax - 2 + over, 'x');
        await client.CommandAsync(line, expected);
        await client.CommandAsync("NOOP", "250");
    }

    [Fact]
    public async Task Command_OverTheLimitInSmallPieces_IsOneError()
    {
        await using SessionHost host = new(listener => listener.Smtp.CommandLineMax = 2048);
        TestClient client = await host.IntroducedAsync();
        for (int i = 0; i < 50; i++)
        {
            await client.SendAsync(new string('x', 100));
        }

        await client.SendAsync("\r");
        await client.SendAsync("\n");
        await client.ExpectAsync("500 5.5.2");
        await client.CommandAsync("NOOP", "250");
    }

    [Fact]
    public async Task Session_SplitAtEveryByte_IsTheSame()
    {
        await using SessionHost host = new();
        TestClient client = host.Connect();
        await client.TrickleAsync("EHLO c.example\r\nNOOP\r\nVRFY x\r\nQUIT\r\n");
        string all = await client.ReadToEndAsync();
        Assert.Contains("250 2.0.0 Ok\r\n252 ", all, StringComparison.Ordinal);
        Assert.EndsWith("221 2.0.0 Bye\r\n", all, StringComparison.Ordinal);
    }
}
