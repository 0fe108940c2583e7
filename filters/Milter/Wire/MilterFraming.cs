using System.Buffers.Binary;

namespace EdgeSmtp.Filters.Milter.Wire;

/// <summary>Cuts the bytes of a milter into packets. Holds what has arrived of the next one, and no more than one packet may have.</summary>
/// <param name="packetBytesMax">Largest packet, its kind included.</param>
internal sealed class MilterFraming(int packetBytesMax)
{
    private const int LengthBytes = 4;
    private const int FirstBytes = 4096;
    private const int KeptBytes = 65_536;

    private byte[] _buffer = new byte[FirstBytes];
    private int _start;
    private int _end;

    /// <summary>Whether bytes lie here that nobody has asked for.</summary>
    public bool HasRest => _end > _start;

    /// <summary>Where the next bytes are read to.</summary>
    public Memory<byte> Free()
    {
        // What has arrived of the next packet moves to the front, and room is made for the rest of it.
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == 0 && _buffer.Length > KeptBytes)
        {
            // A session can live long after the one large packet that it got.
            _buffer = new byte[FirstBytes];
        }

        int wanted = Math.Max(_end + 1, _end >= LengthBytes ? LengthBytes + (int)BinaryPrimitives.ReadUInt32BigEndian(_buffer) : FirstBytes);
        if (_buffer.Length < wanted)
        {
            Array.Resize(ref _buffer, wanted);
        }

        return _buffer.AsMemory(_end);
    }

    /// <summary>Bytes were read into <see cref="Free"/>.</summary>
    public void Take(int count) => _end += count;

    /// <summary>Takes the next whole packet out.</summary>
    /// <exception cref="MilterException">No milter says that: a packet without a kind, or beyond the limit.</exception>
    public bool TryRead(out MilterPacket packet)
    {
        packet = default;
        int length = _end - _start;
        if (length < LengthBytes)
        {
            return false;
        }

        uint bytes = BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start));
        if (bytes == 0 || bytes > packetBytesMax)
        {
            throw new MilterException($"it sent a packet of {bytes} bytes");
        }

        if (length < LengthBytes + bytes)
        {
            return false;
        }

        packet = new MilterPacket(_buffer[_start + LengthBytes], _buffer.AsMemory(_start + LengthBytes + 1, (int)bytes - 1));
        _start += LengthBytes + (int)bytes;
        return true;
    }
}
