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
}
