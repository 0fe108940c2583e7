using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Attacks;

/// <summary>A client may be slow, but not for ever, and not at the cost of others.</summary>
public sealed class SlowClientTests
{
    [Fact]
    public async Task Client_ThatSendsByteByByte_IsServed()
    {
        await using EdgeServer edge = await EdgeServer.StartAsync();
        Specimen specimen = Specimen.Make("dots");
        await using SmtpConversation client = await SmtpConversation.ConnectAsync(edge.SmtpPort);
        await client.ExpectAsync(220, await client.ReadReplyAsync());
        foreach ((string command, int code) in new[]
        {
            ("EHLO client.example.test\r\n", 250), ("MAIL FROM:<s@client.test>\r\n", 250), ("RCPT TO:<user@example.test>\r\n", 250), ("DATA\r\n", 354),
        })
        {
            foreach (char c in command)
                await client.SendAsync(c.ToString());
            await client.ExpectAsync(code, await client.ReadReplyAsync());
        }
        foreach (byte b in DotStuffing.Apply(specimen.Content))
            await client.SendAsync(new[] { b });
        await client.ExpectAsync(250, await client.ReadReplyAsync());
        StoredMail.AssertIntact(specimen, await edge.MaildirOf("user").WaitAsync(specimen.Token));
    }

    [Fact]
    public async Task Client_ThatFallsSilent_Gets421_InEveryState()
    {
        await using EdgeServer edge = await EdgeServer.StartAsync(settings =>
        {
            settings.Section("Listeners", "mx", "Smtp")["CommandTimeout"] = "00:00:01";
            settings.Section("Listeners", "mx", "Smtp")["DataTimeout"] = "00:00:01";
        });
        string[] script = ["EHLO client.example.test", "MAIL FROM:<s@client.test>", "RCPT TO:<user@example.test>", "DATA"];
        for (int said = 0; said <= script.Length; said++)
        {
            await using SmtpConversation client = await SmtpConversation.ConnectAsync(edge.SmtpPort);
            await client.ExpectAsync(220, await client.ReadReplyAsync());
            foreach (string command in script.Take(said))
                Assert.True((await client.CommandAsync(command)).Code is 250 or 354);
            await client.ExpectAsync(421, await client.ReadReplyAsync());
            Assert.True((await client.ReadReplyAsync()).IsClosed);
        }
        Assert.Equal(0, edge.MaildirOf("user").Count);
    }
}
