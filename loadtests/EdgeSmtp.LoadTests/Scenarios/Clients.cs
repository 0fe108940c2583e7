using System.Globalization;
using EdgeSmtp.LoadTests.Running;
using EdgeSmtp.LoadTests.Smtp;

namespace EdgeSmtp.LoadTests.Scenarios;

/// <summary>Clients that are no mail servers, or slow ones.</summary>
internal static class Clients
{
    /// <summary>Clients from 127.0.2.0/24 are those that the greeting is held back from, where a scenario has <see cref="DelayedRules"/>.</summary>
    private const string DelayedNetwork = "127.0.2.";

    /// <summary>The rule for them.</summary>
    public const string DelayedRules = DelayedNetwork + ":allow,PROFILE=\"delayed\"\n:allow\n";

    /// <summary>Every second bot speaks before the greeting; the others send a byte a second.</summary>
    public static async Task BotAsync(FlowRun run)
    {
        await using LoadClient client = await run.ConnectAsync();
        if (run.Number % 2 == 0)
        {
            await client.SendAsync("EHLO bot\r\nMAIL FROM:<bot@client.test>\r\n");
            while ((await client.ReadReplyAsync()).Code != 0)
            {
                run.Done("early");
                await run.PauseAsync(TimeSpan.FromSeconds(5));
                await client.SendAsync("QUIT\r\n");
            }

            return;
        }

        run.Expect(Steps.Greeting, await client.ReadReplyAsync(), 220);
        foreach (char letter in "EHLO slow.bot.test\r\n")
        {
            await client.SendAsync(letter.ToString());
            await run.PauseAsync(TimeSpan.FromSeconds(1));
        }

        run.Expect("slow-ehlo", await client.ReadReplyAsync(), 250);
    }

    /// <summary>Says EHLO, and then nothing for half a minute.</summary>
    public static async Task IdleAsync(FlowRun run)
    {
        await using LoadClient client = await run.ConnectAsync();
        await Steps.OpenAsync(run, client);
        await run.PauseAsync(TimeSpan.FromSeconds(30));
        run.Expect("noop", await client.CommandAsync("NOOP"), 250);
    }

    /// <summary>Waits for a greeting that is held back, tries a recipient, and is refused.</summary>
    public static async Task DelayedAsync(FlowRun run)
    {
        await using LoadClient client = await run.ConnectAsync(string.Create(CultureInfo.InvariantCulture, $"{DelayedNetwork}{(run.Number % 254) + 1}"));
        run.Expect("held-greeting", await client.ReadReplyAsync(), 220);
        run.Expect(Steps.Ehlo, await client.CommandAsync("EHLO client.test"), 250);
        run.Expect(Steps.Mail, await client.CommandAsync("MAIL FROM:<offer@client.test>"), 250);
        run.Expect(Steps.Rcpt, await client.CommandAsync("RCPT TO:<nobody@load.test>"), 550);
        await client.CommandAsync("QUIT");
    }
}
