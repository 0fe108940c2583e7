using System.Buffers;
using System.Buffers.Text;

namespace EdgeSmtp.Protocol.Netstrings;

/// <summary>Netstrings <c>length:bytes,</c> that are whole in memory.</summary>
public static class Netstring
{
    /// <summary>Longest <c>length:</c>, for a long.</summary>
    private const int PrefixBytesMax = 20;

    /// <summary>Reads a whole netstring from the start of a span.</summary>
    /// <param name="input">The bytes so far.</param>
    /// <param name="lengthMax">The longest string taken.</param>
    /// <param name="payload">The string, within the input.</param>
    /// <param name="consumed">Bytes of the netstring, the comma included; 0 unless complete.</param>
    public static NetstringStatus TryRead(ReadOnlySpan<byte> input, long lengthMax, out ReadOnlySpan<byte> payload, out int consumed)
    {
        NetstringParser parser = new(lengthMax);
        NetstringStatus status = parser.Read(input, out consumed, out payload);
        if (status == NetstringStatus.Complete) return status;
        payload = default;
        consumed = 0;
        return status;
    }

    /// <summary>Writes a netstring.</summary>
    public static void Write(ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        WriteLength(payload.Length, output);
        output.Write(payload);
        output.Write(","u8);
    }

    /// <summary>Writes <c>length:</c>; the bytes and the comma are the caller's.</summary>
    public static void WriteLength(long length, IBufferWriter<byte> output)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentNullException.ThrowIfNull(output);
        Span<byte> target = output.GetSpan(PrefixBytesMax);
        Utf8Formatter.TryFormat(length, target, out int written);
        target[written++] = (byte)':';
        output.Advance(written);
    }

    /// <summary>Bytes of the netstring of so many bytes.</summary>
    public static long EncodedLength(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        int digits = 1;
        for (long rest = length; rest >= 10; rest /= 10) digits++;
        return digits + 1 + length + 1;
    }
}
