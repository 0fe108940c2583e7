using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Mime;

/// <summary>However the bytes arrive, the scanner tells the same.</summary>
public sealed class MimeSplitTests
{
    public static TheoryData<string> Mails => new(MimeSamples.All.Keys);

    [Theory]
    [MemberData(nameof(Mails))]
    public void Sample_SplitAtEveryByte_TellsTheSame(string name) => AssertSplits(MimeSamples.All[name]);

    [Fact]
    public void GeneratedMail_SplitAtEveryByte_TellsTheSame()
    {
        for (int seed = 0; seed < 60; seed++) AssertSplits(new MailGenerator(seed, isAmbiguous: true).Create());
    }

    [Fact]
    public void GeneratedMail_ByteByByte_TellsTheSame()
    {
        for (int seed = 0; seed < 1_000; seed++)
        {
            byte[] mail = new MailGenerator(seed, isAmbiguous: true).Create();
            AssertSame(mail, MimeRecorder.Scan(mail).ToString(), MimeRecorder.Scan(mail, null, [.. Enumerable.Range(0, mail.Length)]).ToString());
        }
    }

    private static void AssertSplits(byte[] mail)
    {
        string whole = MimeRecorder.Scan(mail).ToString();
        for (int cut = 0; cut <= mail.Length; cut++) AssertSame(mail, whole, MimeRecorder.Scan(mail, null, cut).ToString());
    }

    private static void AssertSame(byte[] mail, string expected, string actual) =>
        Assert.True(expected == actual, $"--- mail\n{Bytes.Text(mail)}\n--- whole\n{expected}\n--- split\n{actual}");
}
