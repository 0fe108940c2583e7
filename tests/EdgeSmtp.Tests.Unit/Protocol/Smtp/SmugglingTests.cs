using System.Buffers;
using EdgeSmtp.Protocol.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Smtp;

/// <summary>
/// Each form of a false end of data: none may end the message, none may come out so that the next hop could take it for one, and those with stray bytes are refused
/// (CVE-2023-51764, CVE-2023-51765, CVE-2023-51766, CVE-2024-27305).
/// </summary>
public sealed class SmugglingTests
{
    private const string Envelope = "MAIL FROM:<smuggled@evil.example>\r\nRCPT TO:<victim@example.org>\r\nDATA\r\nfake\r\n";

    public static TheoryData<string, string, bool> Forms => new()
    {
        { "lf.lf", "\n.\n", true },
        { "lf.crlf", "\n.\r\n", true },
        { "crlf.lf", "\r\n.\n", true },
        { "cr.cr", "\r.\r", true },
        { "cr.lf", "\r.\n", true },
        { "lf.cr", "\n.\r", true },
        { "cr.crlf", "\r.\r\n", true },
        { "crlf.cr", "\r\n.\r", true },
        { "crlf.crcrlf", "\r\n.\r\r\n", true },
        { "crcrlf.crcrlf", "\r\r\n.\r\r\n", true },
        { "crlf.nul.crlf", "\r\n\0.\r\n", true },
        { "crlf.dotnul.crlf", "\r\n.\0\r\n", true },
        { "crlf.dot.cr.nul.lf", "\r\n.\r\0\n", true },
        { "cr.nul.lf.dot", "\r\0\n.\r\n", true },
        { "crlf.dotsp.crlf", "\r\n. \r\n", false },
        { "crlf.dottab.crlf", "\r\n.\t\r\n", false },
        { "vt", "\v.\v", false },
        { "ff", "\f.\f", false },
        { "nel", "\u00c2\u0085.\u00c2\u0085", false },
        { "ls", "\u00e2\u0080\u00a8.\u00e2\u0080\u00a8", false },
        { "lflf.crlf", "\n\n.\r\n", true },
        { "crlf.dot.lf.cr", "\r\n.\n\r", true },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Decode_FalseEndOfData_StaysOneMessage(string name, string form, bool stray)
    {
        string wire = "Subject: test\r\n\r\nbody of the message" + form + Envelope + ".\r\nQUIT\r\n";
        byte[] input = Bytes.Of(wire);
        for (int cut = 0; cut <= input.Length; cut++)
        {
            DataDecoder decoder = new();
            ArrayBufferWriter<byte> output = new();
            ReadOnlySequence<byte> sequence = Bytes.Split(input, cut);
            Assert.Equal(DecodeStatus.End, decoder.Decode(sequence, output, out SequencePosition consumed));
            Assert.Equal(wire.Length - "QUIT\r\n".Length, sequence.GetOffset(consumed));

            string content = Bytes.Text(output.WrittenSpan);
            Assert.True(content.EndsWith(Envelope, StringComparison.Ordinal), name);
            Assert.Equal(stray, (decoder.Flags & (ContentFlags.BareLf | ContentFlags.BareCr | ContentFlags.Nul)) != 0);
            Assert.Equal(stray, NewlinePolicy.RejectAll.Refuses(decoder.Flags));
            AssertOneMessageAtTheNextHop(content);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Decode_TheSameInCountedContent_StaysOneMessage(string name, string form, bool stray)
    {
        byte[] input = Bytes.Of("Subject: test\r\n\r\nbody" + form + Envelope);
        ContentScanner scanner = new();
        scanner.Reset(ContentCoding.Crlf);
        ArrayBufferWriter<byte> output = new();
        scanner.Decode(new ReadOnlySequence<byte>(input), output);
        scanner.Finish(output);
        Assert.True(stray == NewlinePolicy.RejectAll.Refuses(scanner.Flags), name);
        AssertOneMessageAtTheNextHop(Bytes.Text(output.WrittenSpan));
    }

    /// <summary>Relays the content, and reads it as the laxest next hop would: one that takes any of CR, LF and CRLF for a line end.</summary>
    private static void AssertOneMessageAtTheNextHop(string content)
    {
        ArrayBufferWriter<byte> relayed = new();
        DotStuffer stuffer = default;
        stuffer.Write(Bytes.Of(content), relayed);
        stuffer.Finish(relayed);
        string wire = Bytes.Text(relayed.WrittenSpan);
        string[] lines = wire.Replace("\r\n", "\n").Replace('\r', '\n').Split('\n');
        Assert.Equal(lines.Length - 2, Array.IndexOf(lines, "."));

        DataDecoder decoder = new();
        ArrayBufferWriter<byte> again = new();
        decoder.Decode(new ReadOnlySequence<byte>(relayed.WrittenMemory), again, out _);
        Assert.Equal(content, Bytes.Text(again.WrittenSpan));
    }
}
