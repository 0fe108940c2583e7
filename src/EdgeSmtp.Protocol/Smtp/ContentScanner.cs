using System.Buffers;
using System.Text;

namespace EdgeSmtp.Protocol.Smtp;

/// <summary>
/// The receiving side of content that is counted, not dotted: BDAT chunks, QMTP and QMQP messages. Brings line ends to CRLF and replaces what no message may hold.
/// </summary>
/// <remarks>
/// The rules are those of <see cref="DataDecoder"/> without dots. In <see cref="ContentCoding.Lf"/> an LF is a line end and a CR sets <see cref="ContentFlags.BareCr"/>.
/// State runs across the chunks of one message, so that a CR and LF in two chunks are one line end; call <see cref="Finish"/> behind the last. Not thread-safe. Allocates nothing.
/// </remarks>
public sealed class ContentScanner
{
    private NewlineNormalizer _core = new(dots: false);
    private ContentCoding _coding;
    private ContentFlags _flags;
    private long _lineLength;
    private long _longestLine;
    private long _lines;

    /// <summary>What was met so far.</summary>
    public ContentFlags Flags => _flags | _core.Flags;

    /// <summary>Longest line so far, in bytes without its line end; 0 for binary content.</summary>
    public long LongestLine => Math.Max(_core.LongestLineSoFar, Math.Max(_longestLine, _lineLength));

    /// <summary>Lines ended so far; 0 for binary content.</summary>
    public long Lines => _lines + _core.Lines;

    /// <summary>Bytes of content given out so far.</summary>
    public long ContentBytes { get; private set; }

    /// <summary>Begins the next message.</summary>
    public void Reset(ContentCoding coding)
    {
        _core = new NewlineNormalizer(dots: false);
        _coding = coding;
        _flags = ContentFlags.None;
        _lineLength = _longestLine = _lines = 0;
        ContentBytes = 0;
    }

    /// <summary>Takes content from one span to another.</summary>
    /// <param name="input">Content from the client.</param>
    /// <param name="output">Room; bytes behind <paramref name="written"/> may be overwritten too. Must not overlap the input.</param>
    /// <param name="consumed">Bytes of input used.</param>
    /// <param name="written">Bytes of output filled.</param>
    /// <returns><see cref="DecodeStatus.NeedInput"/> when all input was used, <see cref="DecodeStatus.OutputFull"/> otherwise.</returns>
    public DecodeStatus Decode(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        DecodeStatus status = _coding switch
        {
            ContentCoding.Lf => FromLf(input, output, out consumed, out written),
            ContentCoding.Binary => Copy(input, output, out consumed, out written),
            _ => _core.Run(input, output, out consumed, out written),
        };
        ContentBytes += written;
        return status;
    }

    /// <summary>Takes a buffer into a writer, all of it.</summary>
    /// <param name="input">Content only: the caller cuts it to the chunk's length.</param>
    /// <param name="output">Where the content goes.</param>
    public void Decode(in ReadOnlySequence<byte> input, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        foreach (ReadOnlyMemory<byte> memory in input)
        {
            ReadOnlySpan<byte> segment = memory.Span;
            while (!segment.IsEmpty)
            {
                Decode(segment, output.GetSpan(NewlineNormalizer.OutputBytesMin), out int used, out int written);
                output.Advance(written);
                segment = segment[used..];
            }
        }
    }

    /// <summary>Ends the message: a CR in the very last place is bare.</summary>
    public void Finish(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_coding != ContentCoding.Crlf) return;
        int written = _core.Finish(output.GetSpan(NewlineNormalizer.OutputBytesMin));
        if (written == 0) return;
        output.Advance(written);
        ContentBytes += written;
    }

    private static int Room(int input, int output) => Math.Min(input, output);

    private DecodeStatus Copy(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        consumed = written = Room(input.Length, output.Length);
        input[..consumed].CopyTo(output);
        if (!Ascii.IsValid(input[..consumed])) _flags |= ContentFlags.EightBit;
        return consumed == input.Length ? DecodeStatus.NeedInput : DecodeStatus.OutputFull;
    }

    private DecodeStatus FromLf(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        int i = 0, o = 0;
        while (i < input.Length && output.Length - o >= NewlineNormalizer.OutputBytesMin)
        {
            int room = Room(input.Length - i, output.Length - o);
            ReadOnlySpan<byte> window = input.Slice(i, room);
            int run = window.IndexOfAny((byte)'\n', (byte)'\r', (byte)0);
            if (run < 0) run = room;
            window[..run].CopyTo(output[o..]);
            if (!Ascii.IsValid(window[..run])) _flags |= ContentFlags.EightBit;
            _lineLength += run;
            i += run;
            o += run;
            if (run == room || output.Length - o < NewlineNormalizer.OutputBytesMin) continue;
            o += LineEndOrForbidden(input[i++], output[o..]);
        }

        consumed = i;
        written = o;
        return i == input.Length ? DecodeStatus.NeedInput : DecodeStatus.OutputFull;
    }

    private int LineEndOrForbidden(byte b, Span<byte> output)
    {
        if (b == '\n')
        {
            output[0] = (byte)'\r';
            output[1] = (byte)'\n';
            _longestLine = Math.Max(_longestLine, _lineLength);
            _lineLength = 0;
            _lines++;
            return 2;
        }

        _flags |= b == 0 ? ContentFlags.Nul : ContentFlags.BareCr;
        output[0] = (byte)' ';
        _lineLength++;
        return 1;
    }
}
