using System.Text;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Filters;

/// <summary>Exec in the running server.</summary>
public sealed class ExecTests
{
    private static readonly byte[] Mail = "Subject: test\r\n\r\nA short text.\r\n"u8.ToArray();

    [Fact]
    public async Task Program_ThatAddsAHeader_AndARecipient_IsFollowed()
    {
        await using EdgeServer edge = await StartAsync(
            """
            { echo 'X-Wrapper: yes'; cat; } >m
            cat 0<&1 >envelope
            { head -c -1 envelope; printf 'Talice@example.test\0\0'; } >e
            exec bin/qmail-queue <m 1<e
            """);
        await using SmtpConversation client = await OpenAsync(edge);
        await client.ExpectAsync(250, await client.TransactionAsync("joe@client.test", "user@example.test", Mail));
        foreach (string name in (string[])["user", "alice"])
        {
            Maildir box = edge.MaildirOf(name);
            await box.CountAsync(1, Until.Soon, () => edge.Process.OutputTail);
            string mail = await File.ReadAllTextAsync(Assert.Single(box.Files), TestContext.Current.CancellationToken);
            Assert.Contains("X-Wrapper: yes\nReceived: from client.example.test", mail, StringComparison.Ordinal);
            Assert.EndsWith("Subject: test\n\nA short text.\n", mail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Program_ThatRefusesDiesOrHangs_IsAnswered_AndLeavesNothing()
    {
        await using EdgeServer edge = await StartAsync(
            """
            cat >m
            case $(cat m) in
              *'Subject: spam'*) exit 33 ;;
              *'Subject: die'*) kill -9 $$ ;;
              *'Subject: hang'*) sleep 600 ;;
            esac
            exec bin/qmail-queue <m
            """);
        await using SmtpConversation client = await OpenAsync(edge);
        Assert.Contains("5.7.1", (await ExpectAsync(client, 554, "spam")).ToString(), StringComparison.Ordinal);
        await ExpectAsync(client, 451, "die");
        await ExpectAsync(client, 451, "hang");
        await ExpectAsync(client, 250, "good");
        await edge.MaildirOf("user").CountAsync(1, Until.Soon, () => edge.Process.OutputTail);
        Assert.Empty(Directory.GetDirectories(edge.Settings.Folder.PathOf("runs")));
        Assert.Equal(0, await edge.MetricAsync("edgesmtp_filter_part_level", "in-flight"));
    }

    private static async Task<SmtpReply> ExpectAsync(SmtpConversation client, int code, string subject)
    {
        SmtpReply reply = await client.TransactionAsync("joe@client.test", "user@example.test", Encoding.ASCII.GetBytes($"Subject: {subject}\r\n\r\nText.\r\n"));
        await client.ExpectAsync(code, reply);
        return reply;
    }

    private static Task<EdgeServer> StartAsync(string program) => EdgeServer.StartAsync(settings =>
    {
        string path = settings.Folder.Write("wrapper", $"#!/bin/sh\n{program}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        settings.Root["FilterOrder"] = new JsonArray("greet", "helo", "wrapper");
        settings.Section("Filters")["wrapper"] = new JsonObject
        {
            ["Type"] = "Exec",
            ["Program"] = path,
            ["RunFolder"] = settings.Folder.PathOf("runs"),
            ["Timeout"] = "00:00:03",
        };
    });

    private static async Task<SmtpConversation> OpenAsync(EdgeServer edge)
    {
        SmtpConversation client = await SmtpConversation.ConnectAsync(edge.SmtpPort);
        await client.ExpectAsync(220, await client.ReadReplyAsync());
        await client.ExpectAsync(250, await client.CommandAsync("EHLO client.example.test"));
        return client;
    }
}
