using System.Buffers.Binary;
using System.Text;

namespace EdgeSmtp.Queue.Envelopes;

/// <summary>Reads what <see cref="ByteWriter"/> wrote. The bytes have passed their checksum, so what does not fit is a bug or a newer version.</summary>
/// <param name="data">The bytes.</param>
internal ref struct ByteReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    /// <summary>What was not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>So many bytes.</summary>
    /// <param name="count">Bytes.</param>
    public ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)_rest.Length)
        {
            throw new InvalidDataException("A queue record is shorter than it says.");
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    /// <summary>One byte.</summary>
    public byte Byte() => Take(1)[0];

    /// <summary>Four bytes.</summary>
    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    /// <summary>Eight bytes.</summary>
    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    /// <summary>Seven bits in each byte, low ones first.</summary>
    public uint Varint()
    {
        uint value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            byte part = Byte();
            value |= (uint)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("A number in a queue record is too long.");
    }

    /// <summary>Length and bytes.</summary>
    public ReadOnlySpan<byte> Bytes() => Take((int)Varint());

    /// <summary>Length and UTF-8.</summary>
    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>A text that may be missing.</summary>
    public string? OptionalText()
    {
        uint length = Varint();
        return length == 0 ? null : Encoding.UTF8.GetString(Take((int)length - 1));
    }
}
