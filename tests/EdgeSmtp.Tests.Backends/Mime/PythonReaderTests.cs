using System.Text;
using System.Text.Json;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Tests.Unit.Protocol;
using EdgeSmtp.Tests.Unit.Protocol.Mime;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Mime;

/// <summary>
/// A second reader beside MimeKit: Python's, by <c>email.policy.default</c>. The older default, <c>compat32</c>, does not read a Content-Transfer-Encoding that begins on a folded line.
/// </summary>
public sealed class PythonReaderTests
{
    // Mails come in as lines of base64; each leaves as a line of its leaves' types and contents.
    private const string Reader = """
        import base64, email, email.policy, json, sys

        def leaves(data):
            return [leaf for part in [email.message_from_bytes(data, policy=email.policy.default)] for leaf in below(part)]

        def below(part):
            encoding = str(part.get('Content-Transfer-Encoding', '')).strip().lower()
            if part.get_content_type() == 'message/rfc822' and encoding == 'base64':
                # An encoded message is a file here; whoever opens it reads the message in it.
                return leaves(base64.b64decode(part.get_payload(0).as_bytes()))
            if part.is_multipart():
                return [leaf for inner in part.get_payload() for leaf in below(inner)]
            return [[part.get_content_type(), base64.b64encode(part.get_payload(decode=True)).decode()]]

        for line in sys.stdin:
            print(json.dumps(leaves(base64.b64decode(line))))
        """;

    [Fact]
    public async Task WellFormedMail_IsReadAsPythonReadsIt()
    {
        Programs.Need(Programs.Python);
        byte[][] mails = [.. Enumerable.Range(0, 2_000).Select(static seed => new MailGenerator(seed, isAmbiguous: false).Create())];
        byte[] input = Encoding.ASCII.GetBytes(string.Concat(mails.Select(static mail => Convert.ToBase64String(mail) + "\n")));
        Command.Result python = await Command.RunAsync(input, Programs.Python, "-c", Reader);
        Assert.True(python.ExitCode == 0, python.Error);
        string[] lines = python.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(mails.Length, lines.Length);
        for (int seed = 0; seed < mails.Length; seed++)
        {
            MimeRecorder read = MimeRecorder.Scan(mails[seed]);
            string[][] expected = JsonSerializer.Deserialize<string[][]>(lines[seed])!;
            Assert.True(read.Ambiguities.IsEmpty, $"seed {seed}: {read.Ambiguities}");
            Assert.True(
                expected.Select(static leaf => (leaf[0], Bytes.Text(Convert.FromBase64String(leaf[1])))).SequenceEqual(read.Leaves),
                $"seed {seed}\n--- mail\n{Bytes.Text(mails[seed])}\n--- Python\n{lines[seed]}\n--- scanner\n{string.Join('\n', read.Leaves)}");
        }
    }
}
