using EdgeSmtp.LoadTests.Running;
using EdgeSmtp.LoadTests.Smtp;

namespace EdgeSmtp.LoadTests.Scenarios;

/// <summary>What clients of several scenarios do.</summary>
internal static class Steps
{
    public const string Greeting = "greeting";
    public const string Ehlo = "ehlo";
    public const string Mail = "mail";
    public const string Rcpt = "rcpt";
    public const string Data = "data";
    public const string Dot = "dot";
    public const string Tls = "tls";

    /// <summary>Reads the greeting and says EHLO.</summary>
    public static async Task OpenAsync(FlowRun run, LoadClient client)
    {
        run.Expect(Greeting, await client.ReadReplyAsync(), 220);
        run.Expect(Ehlo, await client.CommandAsync("EHLO client.test"), 250);
    }

    /// <summary>One message, command by command.</summary>
    public static async Task SendAsync(FlowRun run, LoadClient client, string recipient, ReadOnlyMemory<byte> message) =>
        run.Expect(Dot, await OfferAsync(run, client, recipient, message), 250);

    /// <summary>One message, command by command, and the reply to it, which is not judged yet.</summary>
    public static async Task<LoadReply> OfferAsync(FlowRun run, LoadClient client, string recipient, ReadOnlyMemory<byte> message)
    {
        run.Expect(Mail, await client.CommandAsync("MAIL FROM:<load@client.test>"), 250);
        run.Expect(Rcpt, await client.CommandAsync($"RCPT TO:<{recipient}>"), 250);
        run.Expect(Data, await client.CommandAsync("DATA"), 354);
        await client.SendAsync(message);
        return await client.ReadReplyAsync();
    }

    /// <summary>A whole session with one message of the usual mix.</summary>
    /// <param name="recipient">For whom.</param>
    /// <param name="message">Makes the message; <c>null</c> for one of the mix.</param>
    public static Func<FlowRun, Task> OneMessage(string recipient, Func<Random, ReadOnlyMemory<byte>>? message = null) => async run =>
    {
        await using LoadClient client = await run.ConnectAsync();
        await OpenAsync(run, client);
        await SendAsync(run, client, recipient, message?.Invoke(run.Random) ?? MailFactory.OfTheMix(run.Random));
        await client.CommandAsync("QUIT");
    };

    /// <summary>A session that ends in a refused recipient.</summary>
    public static async Task RefusedAsync(FlowRun run)
    {
        await using LoadClient client = await run.ConnectAsync();
        await OpenAsync(run, client);
        run.Expect(Mail, await client.CommandAsync("MAIL FROM:<offer@client.test>"), 250);
        run.Expect(Rcpt, await client.CommandAsync($"RCPT TO:<nobody{run.Random.Next(1_000_000)}@load.test>"), 550);
        await client.CommandAsync("QUIT");
    }
}
