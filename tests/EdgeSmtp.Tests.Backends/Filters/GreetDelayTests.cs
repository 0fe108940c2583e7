using System.Diagnostics;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Filters;

/// <summary>GreetDelay in the running program.</summary>
public sealed class GreetDelayTests
{
    [Fact]
    public async Task PatientClient_IsGreetedLate_EarlyTalkerIsRefused()
    {
        await using EdgeServer edge = await EdgeServer.StartAsync(settings => settings.Filter("greet")["Delay"] = "00:00:01");

        long start = Stopwatch.GetTimestamp();
        await using (SmtpConversation patient = await SmtpConversation.OpenAsync(edge.SmtpPort))
        {
            // A lower bound only: how much later it comes depends on the machine.
            Assert.True(Stopwatch.GetElapsedTime(start) > TimeSpan.FromMilliseconds(900));
            SmtpReply reply = await patient.TransactionAsync("s@client.test", "user@example.test", Specimen.Make("plain").Content);
            await patient.ExpectAsync(250, reply);
        }

        await using SmtpConversation early = await SmtpConversation.ConnectAsync(edge.SmtpPort, from: "127.0.0.8");
        await early.SendAsync("EHLO client.example.test\r\n");
        SmtpReply refusal = await early.ReadReplyAsync();
        Assert.True(refusal.Code == 554, refusal.Text);
    }

    // Who has sent mail once is greeted at once, whatever becomes of the program meanwhile; a broken file costs him one delay and not the start.
    [Fact]
    public async Task RememberedClient_IsSparedAfterReloadAndRestart_AndACorruptedFileIsTolerated()
    {
        await using EdgeServer edge = await EdgeServer.StartAsync(settings => settings.Filter("greet")["Delay"] = "00:00:01");
        string file = Path.Combine(edge.DataDirectory, "greet.greeted");
        await SendAsync(edge);

        // Nobody would wait four minutes here: to be greeted at all is to be remembered.
        edge.Settings.Filter("greet")["Delay"] = "00:04:00";
        await File.WriteAllTextAsync(edge.ConfigFile, edge.Settings.Text);
        edge.Process.Signal(PosixSignal.Hangup);
        await Until.TrueAsync(async () => await edge.MetricAsync("edgesmtp_config_reloads_total", "taken") >= 1, Until.Soon, () => edge.Process.OutputTail);
        await SendAsync(edge);

        Assert.Equal(0, await edge.StopAsync());
        Assert.Contains(" 127.0.0.1/32\n", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        await edge.StartAgainAsync();
        await SendAsync(edge);

        Assert.Equal(0, await edge.StopAsync());
        edge.Settings.Filter("greet")["Delay"] = "00:00:01";
        await File.WriteAllTextAsync(edge.ConfigFile, edge.Settings.Text);
        await File.WriteAllBytesAsync(file, [0, 1, 2, 0xFF, (byte)'\n', 0x80, 0, (byte)'\n']);
        await edge.StartAgainAsync();
        await edge.LoggedAsync("lines skipped that do not parse");
        await SendAsync(edge);
        await edge.StopAsync();
        Assert.Contains(" 127.0.0.1/32\n", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
    }

    // postscreen's deep tests over a socket, enforced; each client comes from an address of its own.
    [Fact]
    public async Task DeepTests_Enforced_RefuseInTheSameSession()
    {
        await using EdgeServer edge = await EdgeServer.StartAsync(settings =>
        {
            foreach (string violation in new[] { "PipelinedBeforeHello", "NonSmtpCommand", "BareLf", "BareCr" })
                settings.Filter("greet")[violation] = "Enforce";
            settings.Section("Listeners", "mx", "Smtp")["BareLf"] = "Normalize";
        });
        await using (SmtpConversation pipelining = await GreetedAsync(edge, "127.0.0.11"))
        {
            await pipelining.SendAsync("EHLO client.example.test\r\nMAIL FROM:<s@client.test>\r\nRCPT TO:<user@example.test>\r\n");
            await pipelining.ExpectAsync(250, await pipelining.ReadReplyAsync());
            await pipelining.ExpectAsync(250, await pipelining.ReadReplyAsync());
            await pipelining.ExpectAsync(554, await pipelining.ReadReplyAsync());
        }

        await using (SmtpConversation browser = await GreetedAsync(edge, "127.0.0.12"))
        {
            await browser.ExpectAsync(554, await browser.CommandAsync("GET / HTTP/1.1"));
            Assert.True((await browser.ReadReplyAsync()).IsClosed);
        }

        await using (SmtpConversation sloppy = await SmtpConversation.OpenAsync(edge.SmtpPort, "127.0.0.13"))
        {
            await sloppy.ExpectAsync(554, await sloppy.TransactionAsync("s@client.test", "user@example.test", "Subject: x\r\n\r\na\nb\r\n"u8.ToArray()));
        }

        await using (SmtpConversation torn = await SmtpConversation.OpenAsync(edge.SmtpPort, "127.0.0.14"))
        {
            await torn.ExpectAsync(500, await torn.CommandAsync("NOOP\rNOOP"));
            await torn.ExpectAsync(250, await torn.CommandAsync("MAIL FROM:<s@client.test>"));
            await torn.ExpectAsync(554, await torn.CommandAsync("RCPT TO:<user@example.test>"));
        }

        foreach (string label in new[] { "pipelined-before-hello", "non-smtp-command", "bare-lf", "bare-cr" })
            Assert.Equal(1, await edge.MetricAsync("edgesmtp_violations_total", label));
    }

    private static async Task<SmtpConversation> GreetedAsync(EdgeServer edge, string from)
    {
        SmtpConversation client = await SmtpConversation.ConnectAsync(edge.SmtpPort, from);
        await client.ExpectAsync(220, await client.ReadReplyAsync());
        return client;
    }

    private static async Task SendAsync(EdgeServer edge)
    {
        await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
        await client.ExpectAsync(250, await client.TransactionAsync("s@client.test", "user@example.test", Specimen.Make("plain").Content));
        await client.ExpectAsync(221, await client.CommandAsync("QUIT"));

        // He is remembered when the session has ended on the server's side too.
        await Until.TrueAsync(async () => await edge.MetricAsync("edgesmtp_sessions_active") == 0, Until.Soon, () => edge.Process.OutputTail);
    }
}
