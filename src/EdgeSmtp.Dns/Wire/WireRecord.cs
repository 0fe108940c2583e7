using System.Buffers.Binary;

namespace EdgeSmtp.Dns.Wire;

/// <summary>Where the parts of a record lie in its message (RFC 1035 §4.1.3).</summary>
/// <param name="Owner">Where its name begins.</param>
/// <param name="Type">TYPE.</param>
/// <param name="Class">CLASS.</param>
/// <param name="Ttl">Seconds.</param>
/// <param name="Data">Where its data begins.</param>
/// <param name="Length">Octets of its data.</param>
internal readonly record struct WireRecord(int Owner, ushort Type, ushort Class, uint Ttl, int Data, int Length)
{
    /// <summary>IN, the only class that is asked for.</summary>
    public const ushort Internet = 1;

    private const int FixedLength = 10;

    /// <summary>Reads a record and steps over it.</summary>
    /// <returns>Whether all of it lies in the message.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int at, out WireRecord record)
    {
        record = default;
        int owner = at;
        if (!WireName.TrySkip(message, ref at) || message.Length - at < FixedLength)
        {
            return false;
        }

        ReadOnlySpan<byte> part = message[at..];
        int length = BinaryPrimitives.ReadUInt16BigEndian(part[8..]);
        uint ttl = BinaryPrimitives.ReadUInt32BigEndian(part[4..]);

        // RFC 2181 §8: a TTL with the highest bit set counts as zero.
        record = new WireRecord(
            owner, BinaryPrimitives.ReadUInt16BigEndian(part), BinaryPrimitives.ReadUInt16BigEndian(part[2..]), ttl > int.MaxValue ? 0 : ttl, at + FixedLength, length);
        at += FixedLength + length;
        return at <= message.Length;
    }
}
