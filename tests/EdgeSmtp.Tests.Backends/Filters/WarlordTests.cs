using System.Text;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Filters;

/// <summary>Warlord in the running program, with the test files of ClamAV: a program, packed in every way, none of which does harm.</summary>
public sealed class WarlordTests
{
    private const string Folder = "/usr/share/clamav-testfiles";

    // Attached under a name that says nothing: what they are is in their content.
    [Fact]
    public async Task TestFiles_Attached_AreKnownByTheirContent()
    {
        Programs.Need($"{Folder}/clam.exe");
        await using EdgeServer edge = await StartAsync();
        await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
        int programs = 0;
        foreach (string file in Directory.GetFiles(Folder).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(file);
            SmtpReply reply = await client.TransactionAsync("s@client.test", "user@example.test", Attach(await File.ReadAllBytesAsync(file)));
            string expected = name.EndsWith(".exe", StringComparison.Ordinal) ? "Attached programs are not accepted"
                : name.EndsWith(".zip", StringComparison.Ordinal) || name.EndsWith(".7z", StringComparison.Ordinal) ? "Archive with a file of this kind is not accepted"
                : "250 2.0.0";
            Assert.True(reply.Text.Contains(expected, StringComparison.Ordinal), $"{name}: {reply.Text}");
            programs += reply.Code == 554 ? 1 : 0;
        }

        Assert.True(programs >= 15, $"only {programs} files were refused");
    }

    // Mails with the program in base64 and uuencode.
    [Theory]
    [InlineData("clam.mail")]
    [InlineData("clam.exe.mbox.base64")]
    [InlineData("clam.exe.mbox.uu")]
    public async Task TestMails_AsTheyAre_AreRefused(string name)
    {
        Programs.Need($"{Folder}/{name}");
        await using EdgeServer edge = await StartAsync();
        await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
        string mail = Encoding.Latin1.GetString(await File.ReadAllBytesAsync($"{Folder}/{name}"));
        // The first line of a mailbox is no part of the mail.
        if (mail.StartsWith("From ", StringComparison.Ordinal)) mail = mail[(mail.IndexOf('\n', StringComparison.Ordinal) + 1)..];
        SmtpReply reply = await client.TransactionAsync("s@client.test", "user@example.test", Encoding.Latin1.GetBytes(mail.Replace("\n", "\r\n", StringComparison.Ordinal)));
        Assert.Equal(554, reply.Code);
        Assert.Equal(250, (await client.TransactionAsync("s@client.test", "user@example.test", "Subject: x\r\n\r\nA text.\r\n"u8.ToArray())).Code);
    }

    private static Task<EdgeServer> StartAsync() => EdgeServer.StartAsync(settings =>
    {
        // Prefixes are off: many of the files would be refused for one before their content is looked at.
        JsonObject warlord = settings.Filter("warlord");
        warlord["Type"] = "Warlord";
        warlord["BadMimeType"] = "Off";
        warlord["OnMacro"] = "Ignore";
        settings.Root["FilterOrder"] = new JsonArray("greet", "helo", "warlord");
    });

    private static byte[] Attach(byte[] content) => Encoding.ASCII.GetBytes(
        "Subject: test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee there.\r\n--b\r\nContent-Type: application/octet-stream; name=a.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks) + "\r\n--b--\r\n");
}
