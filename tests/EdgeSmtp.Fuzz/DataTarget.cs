using System.Buffers;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Fuzz;

/// <summary>
/// What follows DATA, and content that is counted: it ends at the first CRLF.CRLF and nowhere else, nothing bare or NUL comes through, stuffed again it is the same message, and however
/// the bytes are cut it is the same, so that the pass over blocks agrees with the one over single bytes.
/// </summary>
public sealed class DataTarget : IFuzzTarget
{
    public string Name => "data";

    public IReadOnlyList<string> Assemblies => ["EdgeSmtp.Protocol.dll"];

    public void Run(ReadOnlySpan<byte> input)
    {
        Found whole = Decode(input, input.Length + 1, out byte[] content);
        CheckEnd(input, whole);
        CheckClean(content);
        CheckStuffed(content);
        CheckCounted(input, ContentCoding.Crlf);
        CheckCounted(input, ContentCoding.Lf);
        CheckCounted(input, ContentCoding.Binary);
        foreach (int length in Pieces.Of(input))
        {
            Broken.Unless(Decode(input, length, out byte[] same) == whole && same.AsSpan().SequenceEqual(content), $"pieces of {length} bytes are the same message");
        }
    }

    private static Found Decode(ReadOnlySpan<byte> input, int length, out byte[] content)
    {
        DataDecoder decoder = new();
        ArrayBufferWriter<byte> output = new();
        int at = 0;
        while (at < input.Length && !decoder.IsComplete)
        {
            // Sometimes hardly more room than is needed, so that the output fills up first.
            int room = 3 + (length % 61);
            decoder.Decode(Pieces.At(input, at, length), output.GetSpan(room)[..room], out int consumed, out int written);
            Broken.Unless(consumed > 0, "every call goes on");
            at += consumed;
            output.Advance(written);
        }

        content = output.WrittenSpan.ToArray();
        Broken.Unless(decoder.ContentBytes == content.Length, "what is given out is counted");
        return new Found(at, decoder.IsComplete, decoder.Flags, decoder.LongestLine, decoder.Lines);
    }

    /// <summary>RFC 5321 §4.1.1.4, over the whole; the line end of the command counts as the one before the first line.</summary>
    private static void CheckEnd(ReadOnlySpan<byte> input, Found found)
    {
        ReadOnlySpan<byte> wire = [.. "\r\n"u8, .. input];
        int end = wire.IndexOf("\r\n.\r\n"u8);
        Broken.Unless(found.Ended == end >= 0, "CRLF.CRLF ends it");
        Broken.Unless(found.Consumed == (end < 0 ? input.Length : end + 3), "nothing behind is taken");
    }

    private static void CheckClean(ReadOnlySpan<byte> content)
    {
        Broken.Unless(!content.Contains((byte)0), "no NUL comes through");
        while (content.IndexOfAny((byte)'\r', (byte)'\n') is var end and >= 0)
        {
            Broken.Unless(content[end..].StartsWith("\r\n"u8), "lines end in CRLF and nothing is bare");
            content = content[(end + 2)..];
        }
    }

    private static void CheckStuffed(ReadOnlySpan<byte> content)
    {
        ArrayBufferWriter<byte> wire = new();
        DotStuffer stuffer = default;
        stuffer.Write(content[..(content.Length / 2)], wire);
        stuffer.Write(content[(content.Length / 2)..], wire);
        stuffer.Finish(wire);
        Found found = Decode(wire.WrittenSpan, wire.WrittenCount, out byte[] again);
        Broken.Unless(found.Ended && found.Consumed == wire.WrittenCount, "the next hop sees the end where we do");
        Broken.Unless(again.AsSpan().StartsWith(content) && again.AsSpan(content.Length) is [] or [(byte)'\r', (byte)'\n'], "and the same message");
    }

    private static void CheckCounted(ReadOnlySpan<byte> input, ContentCoding coding)
    {
        Found whole = Count(input, coding, input.Length + 1, out byte[] content);
        if (coding == ContentCoding.Binary) Broken.Unless(input.SequenceEqual(content), "binary content is not touched");
        else CheckClean(content);
        foreach (int length in Pieces.Of(input))
        {
            Broken.Unless(Count(input, coding, length, out byte[] same) == whole && same.AsSpan().SequenceEqual(content), $"chunks of {length} bytes are the same message");
        }
    }

    private static Found Count(ReadOnlySpan<byte> input, ContentCoding coding, int length, out byte[] content)
    {
        ContentScanner scanner = new();
        scanner.Reset(coding);
        ArrayBufferWriter<byte> output = new();
        for (int at = 0; at < input.Length; at += length) scanner.Decode(new ReadOnlySequence<byte>(Pieces.At(input, at, length).ToArray()), output);
        scanner.Finish(output);
        content = output.WrittenSpan.ToArray();
        Broken.Unless(scanner.ContentBytes == content.Length, "what is given out is counted");
        return new Found(input.Length, true, scanner.Flags, scanner.LongestLine, scanner.Lines);
    }

    private readonly record struct Found(int Consumed, bool Ended, ContentFlags Flags, long LongestLine, long Lines);
}
