using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using EdgeSmtp.Protocol.Mime;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Tests.Unit.Protocol.Mime;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Mime;

/// <summary>The second real reader beside MimeKit: Python's <c>email</c>. What the scanner reads without naming a doubt, it reads the same.</summary>
public sealed class PythonReaderTests
{
    private const int Mails = 4_000;

    // Takes mails with their lengths in front, and answers each with the types and contents of its leaves.
    private const string Reader = """
        import sys, struct, json, email
        def leaves(message):
            if message.get_content_maintype() == "multipart" and message.is_multipart() or message.get_content_type() == "message/rfc822":
                return [leaf for part in message.get_payload() for leaf in leaves(part)]
            return [[message.get_content_type(), (message.get_payload(decode=True) or b"").hex()]]
        while True:
            length = sys.stdin.buffer.read(4)
            if not length: break
            print(json.dumps(leaves(email.message_from_bytes(sys.stdin.buffer.read(struct.unpack(">I", length)[0])))))
        """;

    // Python takes the line end before a delimiter that never comes for the delimiter's, so mail without a terminator is not compared.
    private static readonly MimeAmbiguities Harmless = MimeAmbiguities.None.With(MimeAmbiguity.Base64WhiteSpace).With(MimeAmbiguity.Base64Junk);

    [Fact]
    public async Task OddMail_IsReadAsPythonReadsIt_OrNamed()
    {
        Programs.Need(Programs.Python);
        List<(int Seed, byte[] Mail, string Leaves)> taken = [];
        for (int seed = 0; seed < Mails; seed++)
        {
            byte[] mail = new MailGenerator(seed, isAmbiguous: seed % 4 > 0).Create();
            MimeRecorder read = MimeRecorder.Scan(mail);
            // A message in base64 is a file for Python; that it is read again is compared with MimeKit.
            bool hasEncodedMessage = read.Parts.Any(static part => part.Contains("Message message/rfc822 Base64", StringComparison.Ordinal));
            if (read.Ambiguities.Except(Harmless).IsEmpty && !hasEncodedMessage)
            {
                taken.Add((seed, mail, JsonSerializer.Serialize(read.Leaves.Select(static leaf => new[] { leaf.Type, Convert.ToHexStringLower(Encoding.Latin1.GetBytes(leaf.Content)) }))));
            }
        }

        string[] answers = await AskAsync(taken.Select(static mail => mail.Mail));
        foreach (((int seed, byte[] mail, string leaves), string answer) in taken.Zip(answers))
        {
            string expected = JsonSerializer.Serialize(JsonSerializer.Deserialize<string[][]>(answer));
            Assert.True(expected == leaves, $"seed {seed}\n{Encoding.Latin1.GetString(mail)}\n--- Python\n{expected}\n--- scanner\n{leaves}");
        }

        Assert.True(taken.Count > Mails / 3, $"only {taken.Count} mails were compared");
    }

    private static async Task<string[]> AskAsync(IEnumerable<byte[]> mails)
    {
        using Process python = Process.Start(new ProcessStartInfo(Programs.Python, ["-c", Reader]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Task<string> answer = python.StandardOutput.ReadToEndAsync();
        foreach (byte[] mail in mails)
        {
            byte[] length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, mail.Length);
            await python.StandardInput.BaseStream.WriteAsync(length);
            await python.StandardInput.BaseStream.WriteAsync(mail);
        }

        python.StandardInput.Close();
        string[] lines = (await answer).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await python.WaitForExitAsync();
        Assert.Equal(0, python.ExitCode);
        return lines;
    }
}
