using System.Buffers;

namespace EdgeSmtp.Protocol.Smtp;

/// <summary>
/// The receiving side of DATA (RFC 5321 §4.1.1.4, §4.5.2): takes out the stuffed dots, stops right behind CRLF.CRLF, and replaces what no message may hold.
/// </summary>
/// <remarks>
/// What comes out has CRLF line ends only, no bare CR or LF (they became a space and CRLF) and no NUL (a space); <see cref="Flags"/> says what was met, and
/// <see cref="NewlinePolicy.Refuses"/> whether that refuses the message at its end. State survives any split of the input. One object serves a session: call <see cref="Reset"/>
/// before each message. Not thread-safe. Allocates nothing.
/// </remarks>
public sealed class DataDecoder
{
    private NewlineNormalizer _core = new(dots: true);

    /// <summary>What was met so far, up to the terminator and never behind it.</summary>
    public ContentFlags Flags => _core.Flags;

    /// <summary>Longest line of the content so far, in bytes without its CRLF and without the stuffed dot.</summary>
    public long LongestLine => _core.LongestLineSoFar;

    /// <summary>Lines ended so far.</summary>
    public long Lines => _core.Lines;

    /// <summary>Bytes of content given out so far.</summary>
    public long ContentBytes { get; private set; }

    /// <summary>Whether the terminator was found.</summary>
    public bool IsComplete => _core.Ended;

    /// <summary>Begins the next message.</summary>
    public void Reset()
    {
        _core = new NewlineNormalizer(dots: true);
        ContentBytes = 0;
    }

    /// <summary>Decodes from one span to another.</summary>
    /// <param name="input">Bytes from the client.</param>
    /// <param name="output">Room for content; bytes behind <paramref name="written"/> may be overwritten too. Must not overlap the input.</param>
    /// <param name="consumed">Bytes of input used. At <see cref="DecodeStatus.End"/> the next one is the first of the next command.</param>
    /// <param name="written">Bytes of output filled.</param>
    public DecodeStatus Decode(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        DecodeStatus status = _core.Run(input, output, out consumed, out written);
        ContentBytes += written;
        return status;
    }

    /// <summary>Decodes a buffer into a writer.</summary>
    /// <param name="input">Bytes from the client.</param>
    /// <param name="output">Where the content goes, asked for at least three bytes of room at a time.</param>
    /// <param name="consumed">The end of what was used: behind the terminator when the message is complete, else the end of the input.</param>
    /// <returns><see cref="DecodeStatus.End"/> or <see cref="DecodeStatus.NeedInput"/>.</returns>
    public DecodeStatus Decode(in ReadOnlySequence<byte> input, IBufferWriter<byte> output, out SequencePosition consumed)
    {
        ArgumentNullException.ThrowIfNull(output);
        ReadOnlySequence<byte> rest = input;
        while (!rest.IsEmpty && !_core.Ended)
        {
            ReadOnlySpan<byte> segment = rest.FirstSpan;
            Decode(segment, output.GetSpan(NewlineNormalizer.OutputBytesMin), out int used, out int written);
            output.Advance(written);
            rest = rest.Slice(used);
        }

        consumed = rest.Start;
        return _core.Ended ? DecodeStatus.End : DecodeStatus.NeedInput;
    }
}
