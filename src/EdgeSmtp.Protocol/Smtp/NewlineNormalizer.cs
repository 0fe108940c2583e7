using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EdgeSmtp.Protocol.Smtp;

/// <summary>
/// The one pass over message bytes: copies them, takes the dots out (RFC 5321 §4.5.2), finds the end, replaces bare CR, bare LF and NUL, and measures lines.
/// </summary>
/// <remarks>
/// 32 bytes at a time are compared, copied and accounted for while nothing in them needs a decision; at the first byte that does, <see cref="Step"/> decides alone and the
/// pass goes on behind it. So the flags never see a byte behind the terminator, and the state after any byte is the same wherever the input was split.
/// A CR is held back until its successor is known, because what was written cannot be taken back. A mutable struct: keep it in one field and never copy it.
/// </remarks>
internal struct NewlineNormalizer
{
    /// <summary>The most bytes that one step writes: a held CR as a space and one byte, or CRLF for a bare LF.</summary>
    public const int OutputBytesMin = 3;

    private readonly bool _dots;
    private LineState _state;
    private long _lineLength;

    public NewlineNormalizer(bool dots)
    {
        _dots = dots;
        // The CRLF behind DATA counts as the one before the first line (RFC 5321 §4.1.1.4): a dot alone is an empty message.
        _state = LineState.LineStart;
    }

    private enum LineState : byte
    {
        Mid,
        LineStart,
        Cr,
        Dot,
        DotCr,
        End,
    }

    public ContentFlags Flags { get; private set; }

    /// <summary>Longest line ended so far, in bytes written without its CRLF.</summary>
    public long LongestLine { get; private set; }

    public long Lines { get; private set; }

    public readonly bool Ended => _state == LineState.End;

    /// <summary>The longest line, the one still open included.</summary>
    public readonly long LongestLineSoFar => Math.Max(LongestLine, _lineLength);

    public DecodeStatus Run(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        int i = 0, o = 0;
        DecodeStatus status;
        while (true)
        {
            if (_state == LineState.End)
            {
                status = DecodeStatus.End;
                break;
            }

            if (_state <= LineState.LineStart) CopyBlocks(input, output, ref i, ref o);
            if (i == input.Length)
            {
                status = DecodeStatus.NeedInput;
                break;
            }

            if (output.Length - o < OutputBytesMin)
            {
                status = DecodeStatus.OutputFull;
                break;
            }

            o += Step(input[i++], output[o..]);
        }

        consumed = i;
        written = o;
        return status;
    }

    /// <summary>Content that ends without a terminator (BDAT, QMTP) may leave a CR held back; it is a bare one.</summary>
    /// <returns>Bytes written, at most one.</returns>
    public int Finish(Span<byte> output)
    {
        if (_state != LineState.Cr) return 0;
        _state = LineState.Mid;
        return BareCr(output);
    }

    /// <summary>Copies whole blocks while every CR in them is followed by LF, every LF follows a CR, and no NUL and no dot at a line start is among them.</summary>
    private void CopyBlocks(ReadOnlySpan<byte> input, Span<byte> output, ref int i, ref int o)
    {
        ref byte source = ref MemoryMarshal.GetReference(input);
        ref byte target = ref MemoryMarshal.GetReference(output);
        Vector256<byte> crs = Vector256.Create((byte)'\r');
        Vector256<byte> lfs = Vector256.Create((byte)'\n');
        Vector256<byte> dots = Vector256.Create((byte)'.');
        uint previousCr = 0;
        uint lineStart = _dots && _state == LineState.LineStart ? 1u : 0;
        uint high = 0;
        // One byte of look-ahead tells whether a CR in the last place is bare.
        while (input.Length - i > Vector256<byte>.Count && output.Length - o >= Vector256<byte>.Count)
        {
            Vector256<byte> block = Vector256.LoadUnsafe(ref source, (nuint)i);
            uint cr = Vector256.Equals(block, crs).ExtractMostSignificantBits();
            uint lf = Vector256.Equals(block, lfs).ExtractMostSignificantBits();
            uint nextLf = Unsafe.Add(ref source, i + Vector256<byte>.Count) == '\n' ? 1u << 31 : 0;
            uint crlf = lf & ((cr << 1) | previousCr);
            uint stop = (lf ^ crlf) | (cr & ~((lf >> 1) | nextLf)) | Vector256.Equals(block, Vector256<byte>.Zero).ExtractMostSignificantBits();
            uint starts = (crlf << 1) | lineStart;
            if (_dots && starts != 0) stop |= Vector256.Equals(block, dots).ExtractMostSignificantBits() & starts;
            uint highHere = block.ExtractMostSignificantBits();

            // Whatever lies behind the stop is written over later: it is beyond what the caller is told was written.
            block.StoreUnsafe(ref target, (nuint)o);
            if (stop != 0)
            {
                int clean = BitOperations.TrailingZeroCount(stop);
                uint below = (1u << clean) - 1;
                Account(lf & below, clean);
                if ((high | (highHere & below)) != 0) Flags |= ContentFlags.EightBit;
                _state = ((starts >> clean) & 1) != 0 ? LineState.LineStart : LineState.Mid;
                i += clean;
                o += clean;
                return;
            }

            high |= highHere;
            Account(lf, Vector256<byte>.Count);
            previousCr = cr >> 31;
            lineStart = crlf >> 31;
            i += Vector256<byte>.Count;
            o += Vector256<byte>.Count;
            _state = lineStart != 0 ? LineState.LineStart : LineState.Mid;
        }

        if (high != 0) Flags |= ContentFlags.EightBit;
        if (previousCr == 0) return;
        // The CR in the last place goes back to being held: its LF has not been taken yet.
        o--;
        _lineLength--;
        _state = LineState.Cr;
    }

    /// <summary>Counts the lines that end in a block, and the longest of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Account(uint lf, int length)
    {
        if (lf == 0)
        {
            _lineLength += length;
            return;
        }

        // The CR before each LF has been counted, in this block or the one before.
        LongestLine = Math.Max(LongestLine, _lineLength + BitOperations.TrailingZeroCount(lf) - 1);
        int last = 31 - BitOperations.LeadingZeroCount(lf);
        if (LongestLine < Vector256<byte>.Count) AccountShortLines(lf);
        Lines += BitOperations.PopCount(lf);
        _lineLength = length - last - 1;
    }

    private void AccountShortLines(uint lf)
    {
        int previous = BitOperations.TrailingZeroCount(lf);
        for (uint rest = lf & (lf - 1); rest != 0; rest &= rest - 1)
        {
            int end = BitOperations.TrailingZeroCount(rest);
            LongestLine = Math.Max(LongestLine, end - previous - 2);
            previous = end;
        }
    }

    /// <summary>Takes one byte by the state table; the naive form of everything above.</summary>
    private int Step(byte b, Span<byte> output)
    {
        int written = 0;
        switch (_state)
        {
            case LineState.LineStart when _dots && b == '.':
                _state = LineState.Dot;
                return 0;
            case LineState.Dot when b == '\r':
                _state = LineState.DotCr;
                return 0;
            case LineState.DotCr when b == '\n':
                // RFC 5321 §4.1.1.4: CRLF "." CRLF, and nothing else, ends the data.
                _state = LineState.End;
                return 0;
            case LineState.Cr when b == '\n':
                output[0] = (byte)'\r';
                output[1] = (byte)'\n';
                EndLine();
                _state = LineState.LineStart;
                return 2;
            case LineState.Cr or LineState.DotCr:
                // In DotCr the dot is gone too: it began a line with other characters (RFC 5321 §4.5.2).
                written = BareCr(output);
                break;
        }

        return written + StepInLine(b, output[written..]);
    }

    private int StepInLine(byte b, Span<byte> output)
    {
        _state = LineState.Mid;
        switch (b)
        {
            case (byte)'\r':
                _state = LineState.Cr;
                return 0;
            case (byte)'\n':
                // The dot behind a bare LF is content: only CRLF begins a line on the wire (RFC 5321 §2.3.8), so the sender did not stuff it.
                Flags |= ContentFlags.BareLf;
                output[0] = (byte)'\r';
                output[1] = (byte)'\n';
                EndLine();
                return 2;
            case 0:
                Flags |= ContentFlags.Nul;
                b = (byte)' ';
                break;
            case >= 0x80:
                Flags |= ContentFlags.EightBit;
                break;
        }

        output[0] = b;
        _lineLength++;
        return 1;
    }

    private int BareCr(Span<byte> output)
    {
        Flags |= ContentFlags.BareCr;
        output[0] = (byte)' ';
        _lineLength++;
        return 1;
    }

    private void EndLine()
    {
        LongestLine = Math.Max(LongestLine, _lineLength);
        _lineLength = 0;
        Lines++;
    }
}
