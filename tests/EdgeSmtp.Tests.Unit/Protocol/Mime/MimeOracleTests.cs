using EdgeSmtp.Protocol.Mime;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Mime;

/// <summary>What real readers make of a message is what the scanner makes of it, or it says that they differ.</summary>
public sealed class MimeOracleTests
{
    /// <summary>Deviations that readers take alike, so that a message with nothing else is read, not refused.</summary>
    private static readonly MimeAmbiguities Harmless = MimeAmbiguities.None.With(MimeAmbiguity.MissingTerminator).With(MimeAmbiguity.Base64WhiteSpace).With(MimeAmbiguity.Base64Junk);

    [Fact]
    public void WellFormedMail_IsReadAsMimeKitReadsIt()
    {
        for (int seed = 0; seed < 3_000; seed++)
        {
            byte[] mail = new MailGenerator(seed, isAmbiguous: false).Create();
            MimeRecorder read = MimeRecorder.Scan(mail);
            Assert.True(read.Ambiguities.IsEmpty, $"seed {seed}: {read.Ambiguities}\n{Bytes.Text(mail)}");
            AssertSame(seed, mail, read);
        }
    }

    [Fact]
    public void AmbiguousMail_IsReadAsMimeKitReadsIt_OrNamed()
    {
        int taken = 0, named = 0;
        for (int seed = 0; seed < 20_000; seed++)
        {
            byte[] mail = new MailGenerator(seed, isAmbiguous: true).Create();
            MimeRecorder read = MimeRecorder.Scan(mail);
            if (!read.Ambiguities.Except(Harmless).IsEmpty)
            {
                named++;
                continue;
            }

            taken++;
            AssertSame(seed, mail, read);
        }

        // A scanner that names everything, or a generator that makes nothing odd, would show nothing.
        Assert.True(taken > 5_000 && named > 5_000, $"{taken} read, {named} named");
    }

    private static void AssertSame(int seed, byte[] mail, MimeRecorder read)
    {
        List<(string Type, string Content)> expected = MailReader.Leaves(mail);
        Assert.True(expected.SequenceEqual(read.Leaves), $"seed {seed}, {read.Ambiguities}\n--- mail\n{Show(Bytes.Text(mail))}\n--- MimeKit\n{Show(string.Join('\n', expected))}\n--- scanner\n{Show(string.Join('\n', read.Leaves))}");
    }

    private static string Show(string text) => text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\0", "\\0", StringComparison.Ordinal);
}
