using System.Diagnostics;
using EdgeSmtp.Tests.Backends.Fixtures;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Clients;

/// <summary>
/// Sends a specimen with a client that others wrote. Each gives the content as it went over the wire, before dot-stuffing:
/// what a client changes before it sends is not the edge's doing.
/// </summary>
internal static class RealClients
{
    private const string Sender = "sender@client.test";
    private const string Hello = "client.example.test";

    private const string SmtplibScript = """
        import smtplib, sys
        port, sender, recipient = int(sys.argv[1]), sys.argv[2], sys.argv[3]
        with smtplib.SMTP('127.0.0.1', port, local_hostname=sys.argv[4], timeout=60) as client:
            client.sendmail(sender, [recipient], sys.stdin.buffer.read(), mail_options=sys.argv[5:])
        """;

    public static Task<byte[]> SendAsync(string client, int port, string recipient, Specimen specimen) => client switch
    {
        "swaks" => SwaksAsync(port, recipient, specimen),
        "smtp-source" => SmtpSourceAsync(port, recipient, specimen),
        "smtplib" => SmtplibAsync(port, Sender, recipient, specimen, "BODY=8BITMIME"),
        "mailkit" => MailKitAsync(port, recipient, specimen),
        "openssl" => OpenSslAsync(port, recipient, specimen),
        _ => throw new ArgumentOutOfRangeException(nameof(client), client, "There is no such client."),
    };

    public static async Task<byte[]> SmtplibAsync(int port, string sender, string recipient, Specimen specimen, params string[] mailOptions)
    {
        Programs.Need("/usr/bin/python3");
        await SucceedsAsync(
            specimen.Content, "/usr/bin/python3",
            ["-c", SmtplibScript, $"{port}", sender, recipient, Hello, .. mailOptions]);
        return specimen.Content;
    }

    private static async Task<byte[]> SwaksAsync(int port, string recipient, Specimen specimen)
    {
        Programs.Need("swaks");
        await SucceedsAsync(
            Newlines.ToLf(specimen.Content), "swaks",
            "--server", "127.0.0.1", "--port", $"{port}", "--ehlo", Hello, "--from", Sender, "--to", recipient,
            "--tls-optional", "--data", "-");
        return WithEmptyLine(specimen);
    }

    private static async Task<byte[]> SmtpSourceAsync(int port, string recipient, Specimen specimen)
    {
        Programs.Need("smtp-source");
        using TempFolder folder = new();
        string file = folder.PathOf("message");
        await File.WriteAllBytesAsync(file, Newlines.ToLf(specimen.Content));
        await SucceedsAsync(
            ReadOnlyMemory<byte>.Empty, "smtp-source",
            "-s", "1", "-m", "1", "-M", Hello, "-f", Sender, "-t", recipient, "-F", file, $"127.0.0.1:{port}");
        return WithEmptyLine(specimen);
    }

    private static async Task<byte[]> MailKitAsync(int port, string recipient, Specimen specimen)
    {
        using MemoryStream source = new(specimen.Content);
        using MimeMessage message = await MimeMessage.LoadAsync(source);
        using SmtpClient client = new() { LocalDomain = Hello, CheckCertificateRevocation = false };
        client.ServerCertificateValidationCallback = (_, certificate, _, _) => TestCertificate.IsOurs(certificate);
        await client.ConnectAsync("127.0.0.1", port, SecureSocketOptions.StartTls);
        await client.SendAsync(message, new MailboxAddress("", Sender), [new MailboxAddress("", recipient)]);
        await client.DisconnectAsync(quit: true);

        // MailKit may re-encode a part before it sends; the message then holds what it sent.
        FormatOptions format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.EnsureNewLine = true;
        using MemoryStream sent = new();
        await message.WriteToAsync(format, sent);
        return sent.ToArray();
    }

    private static async Task<byte[]> OpenSslAsync(int port, string recipient, Specimen specimen)
    {
        Programs.Need("openssl");
        ProcessStartInfo start = new(
            Programs.Find("openssl"), ["s_client", "-connect", $"127.0.0.1:{port}", "-starttls", "smtp", "-quiet", "-name", Hello])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        _ = process.StandardError.ReadToEndAsync();
        await using (SmtpConversation client = new(new DuplexStream(process.StandardOutput.BaseStream, process.StandardInput.BaseStream)))
        {
            // s_client shows the last plain reply (to its own EHLO) before it hands over.
            SmtpReply reply = await client.CommandAsync($"EHLO {Hello}");
            while (reply.Code == 250 && !reply.Text.Contains("PIPELINING", StringComparison.Ordinal))
                reply = await client.ReadReplyAsync();
            await client.ExpectAsync(250, reply);
            await client.ExpectAsync(250, await client.TransactionAsync(Sender, recipient, specimen.Content));
            await client.CommandAsync("QUIT");
        }
        await process.WaitForExitAsync();
        return specimen.Content;
    }

    // These two add an empty line behind the last one.
    private static byte[] WithEmptyLine(Specimen specimen) => [.. specimen.Content, .. "\r\n"u8];

    private static async Task SucceedsAsync(ReadOnlyMemory<byte> input, string program, params string[] arguments)
    {
        Command.Result result = await Command.RunAsync(input, program, arguments);
        Assert.True(result.ExitCode == 0, $"{program}: {result}");
    }
}
