using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Operations;

/// <summary>What the README promises a new user: no configuration, one command, and the first mail arrives.</summary>
public sealed class EmbeddedDefaultTests
{
    private const int SmtpPort = 2525;
    private const int QmtpPort = 2209;
    private const int HttpPort = 8025;

    [Fact]
    public async Task FirstMail_WithoutAConfiguration_ArrivesInItsMaildir()
    {
        foreach (int port in new[] { SmtpPort, QmtpPort, HttpPort })
            Assert.SkipWhen(await Network.AcceptsAsync(port), $"Port {port} of the embedded configuration is in use on this machine.");
        using TempFolder folder = new();
        await using ChildProcess server = ChildProcess.Start(folder.Path, "edgesmtp", Programs.Edge, "run");
        await server.ReadyAsync(() => Network.GreetsAsync(SmtpPort, "220"));

        Specimen specimen = Specimen.Make("plain");
        string file = folder.PathOf("hello.eml");
        await File.WriteAllBytesAsync(file, Newlines.ToLf(specimen.Content));
        Command.Result sent = await Command.RunAsync(
            Programs.Edge, "send", file, "--from", "me@example.org", "--to", "you@localhost");
        Assert.True(sent.ExitCode == 0, $"{sent}\n{server.OutputTail}");

        Maildir maildir = new(folder.PathOf("edgesmtp-data/maildirs/localhost/you"));
        StoredMail.AssertIntact(specimen, await maildir.WaitAsync(specimen.Token, otherwise: () => server.OutputTail));

        // Nobody relays, and nothing but this host's own name is ours.
        await using (SmtpConversation client = await SmtpConversation.OpenAsync(SmtpPort))
        {
            await client.ExpectAsync(250, await client.CommandAsync("MAIL FROM:<me@example.org>"));
            await client.ExpectAsync(550, await client.CommandAsync("RCPT TO:<you@example.org>"));
        }
        using HttpClient http = new();
        Assert.Contains("edgesmtp_sessions_total", await http.GetStringAsync(new Uri($"http://127.0.0.1:{HttpPort}/metrics")), StringComparison.Ordinal);

        server.Signal(PosixSignal.Terminate);
        Assert.Equal(0, await server.ExitAsync(TimeSpan.FromSeconds(60)));
    }
}
