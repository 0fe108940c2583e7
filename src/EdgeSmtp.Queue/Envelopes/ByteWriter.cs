using System.Buffers.Binary;
using System.Text;

namespace EdgeSmtp.Queue.Envelopes;

/// <summary>Appends numbers and texts to a reused array.</summary>
internal sealed class ByteWriter
{
    private const int KeptBytesMax = 64 << 10;
    private byte[] _buffer = new byte[512];

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    /// <param name="start">From.</param>
    /// <param name="length">Bytes.</param>
    public Span<byte> Written(int start, int length) => _buffer.AsSpan(start, length);

    /// <summary>Room for so many bytes, counted as written.</summary>
    /// <param name="count">Bytes.</param>
    public Span<byte> Take(int count)
    {
        if (_buffer.Length - Length < count)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + count));
        }

        Length += count;
        return _buffer.AsSpan(Length - count, count);
    }

    /// <summary>One byte.</summary>
    /// <param name="value">The byte.</param>
    public void Byte(byte value) => Take(1)[0] = value;

    /// <summary>Four bytes.</summary>
    /// <param name="value">The number.</param>
    public void Int32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Take(4), value);

    /// <summary>Eight bytes.</summary>
    /// <param name="value">The number.</param>
    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    /// <summary>Seven bits in each byte, low ones first.</summary>
    /// <param name="value">The number.</param>
    public void Varint(uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Byte((byte)(value | 0x80));
        }

        Byte((byte)value);
    }

    /// <summary>Length and bytes.</summary>
    /// <param name="value">The bytes.</param>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        Varint((uint)value.Length);
        value.CopyTo(Take(value.Length));
    }

    /// <summary>Length and UTF-8.</summary>
    /// <param name="value">The text.</param>
    public void Text(string value)
    {
        int count = Encoding.UTF8.GetByteCount(value);
        Varint((uint)count);
        Encoding.UTF8.GetBytes(value, Take(count));
    }

    /// <summary>A text that may be missing: length + 1 and UTF-8, or 0.</summary>
    /// <param name="value">The text.</param>
    public void OptionalText(string? value)
    {
        if (value is null)
        {
            Varint(0);
            return;
        }

        int count = Encoding.UTF8.GetByteCount(value);
        Varint((uint)count + 1);
        Encoding.UTF8.GetBytes(value, Take(count));
    }

    /// <summary>Starts again; an array that grew far beyond the usual is left behind.</summary>
    public void Clear()
    {
        Length = 0;
        if (_buffer.Length > KeptBytesMax)
        {
            _buffer = new byte[512];
        }
    }
}
