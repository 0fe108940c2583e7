using System.Net.Sockets;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Operations;

/// <summary>SIGTERM: idle sessions get 421, running ones finish, the queue closes clean.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task Terminated_WhileOneSessionIdlesAndOneSends_EndsBothInOrder()
    {
        await using EdgeServer edge = await EdgeServer.StartAsync();
        Specimen specimen = Specimen.Make("dots");
        await using SmtpConversation idle = await SmtpConversation.OpenAsync(edge.SmtpPort);
        await using SmtpConversation busy = await SmtpConversation.OpenAsync(edge.SmtpPort);
        await busy.ExpectAsync(250, await busy.CommandAsync("MAIL FROM:<s@client.test>"));
        await busy.ExpectAsync(250, await busy.CommandAsync("RCPT TO:<user@example.test>"));
        await busy.ExpectAsync(354, await busy.CommandAsync("DATA"));
        byte[] data = DotStuffing.Apply(specimen.Content);
        await busy.SendAsync(data.AsMemory(0, data.Length / 2));

        edge.Process.Signal(PosixSignal.Terminate);
        await idle.ExpectAsync(421, await idle.ReadReplyAsync());
        Assert.True((await idle.ReadReplyAsync()).IsClosed);
        await Assert.ThrowsAnyAsync<SocketException>(() => SmtpConversation.ConnectAsync(edge.SmtpPort));
        Assert.False(await edge.IsReadyAsync());

        await busy.SendAsync(data.AsMemory(data.Length / 2));
        await busy.ExpectAsync(250, await busy.ReadReplyAsync());
        SmtpReply bye = await busy.ReadReplyAsync();
        Assert.True(bye.IsClosed || bye.Code == 421, bye.Text);
        Assert.Equal(0, await edge.Process.ExitAsync(TimeSpan.FromSeconds(30)));

        // Delivered before the end or after the next start, but delivered once.
        await edge.StartAgainAsync();
        StoredMail.AssertIntact(specimen, await edge.MaildirOf("user").WaitAsync(specimen.Token, otherwise: () => edge.Process.OutputTail));
        Assert.Equal(1, edge.MaildirOf("user").Count);
        await edge.EmptyQueueAsync();
    }
}
