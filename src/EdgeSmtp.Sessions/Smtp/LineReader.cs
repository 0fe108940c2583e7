using System.Buffers;
using EdgeSmtp.Sessions.Connections;

namespace EdgeSmtp.Sessions.Smtp;

/// <summary>Cuts command lines out of a channel. Only CRLF ends one (RFC 5321 §2.3.8).</summary>
internal sealed class LineReader(SessionChannel channel, int lineBytesMax)
{
    private byte[] _copy = [];
    private bool _isDiscarding;

    /// <summary>Takes the next line, without waiting.</summary>
    /// <param name="line">The line without CRLF; valid until the channel reads.</param>
    public LineStatus TryRead(out ReadOnlyMemory<byte> line)
    {
        line = default;
        ReadOnlySequence<byte> buffer = channel.Buffer;
        long end = IndexOfLf(buffer);
        if (end < 0)
        {
            // The CR of a line that is exactly too long may be the last byte; nothing before it is needed again.
            if (buffer.Length > lineBytesMax)
            {
                _isDiscarding = true;
                channel.Consume(buffer.Length - 1);
            }

            return LineStatus.Incomplete;
        }

        if (end == 0 || ByteAt(buffer, end - 1) != '\r')
        {
            return LineStatus.BareLf;
        }

        channel.Consume(end + 1);
        if (_isDiscarding || end + 1 > lineBytesMax)
        {
            _isDiscarding = false;
            return LineStatus.TooLong;
        }

        line = Contiguous(buffer.Slice(0, end - 1));
        return LineStatus.Complete;
    }

    private static long IndexOfLf(in ReadOnlySequence<byte> buffer)
    {
        int first = buffer.FirstSpan.IndexOf((byte)'\n');
        if (first >= 0 || buffer.IsSingleSegment)
        {
            return first;
        }

        SequencePosition? position = buffer.PositionOf((byte)'\n');
        return position is null ? -1 : buffer.GetOffset(position.Value) - buffer.GetOffset(buffer.Start);
    }

    private static byte ByteAt(in ReadOnlySequence<byte> buffer, long index) =>
        index < buffer.FirstSpan.Length ? buffer.FirstSpan[(int)index] : buffer.Slice(index, 1).FirstSpan[0];

    private ReadOnlyMemory<byte> Contiguous(in ReadOnlySequence<byte> line)
    {
        if (line.IsSingleSegment)
        {
            return line.First;
        }

        if (_copy.Length < line.Length)
        {
            _copy = new byte[Math.Max(256, (int)line.Length)];
        }

        line.CopyTo(_copy);
        return _copy.AsMemory(0, (int)line.Length);
    }
}
