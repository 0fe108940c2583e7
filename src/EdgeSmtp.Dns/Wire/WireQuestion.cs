using System.Buffers.Binary;

namespace EdgeSmtp.Dns.Wire;

/// <summary>Writes questions.</summary>
internal static class WireQuestion
{
    /// <summary>The longest: header, a name of 255 octets, type and class, OPT.</summary>
    public const int LengthMax = WireHeader.Length + 255 + 4 + OptionLength;

    /// <summary>DNS flag day 2020: larger datagrams are fragmented and lost; what does not fit comes again over TCP.</summary>
    public const ushort DatagramBytesMax = 1232;

    private const int OptionLength = 11;
    private const ushort OptionType = 41;
    private const ushort RecursionDesired = 0x0100;
    private const ushort DnssecOk = 0x8000;

    /// <summary>Writes a question.</summary>
    /// <param name="target">At least <see cref="LengthMax"/> octets.</param>
    /// <param name="id">Its id.</param>
    /// <param name="question">A normalised name and a type.</param>
    /// <param name="dnssecOk">Whether the server shall tell by AD if it validated (RFC 4035 §3.2.1).</param>
    /// <returns>Octets written.</returns>
    public static int Write(Span<byte> target, ushort id, DnsKey question, bool dnssecOk)
    {
        target[..WireHeader.Length].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(target, id);
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], RecursionDesired);
        target[5] = 1;
        target[11] = 1;
        int length = WireHeader.Length;
        length += WireName.Write(target[length..], question.Name);
        BinaryPrimitives.WriteUInt16BigEndian(target[length..], (ushort)question.Type);
        BinaryPrimitives.WriteUInt16BigEndian(target[(length + 2)..], WireRecord.Internet);
        length += 4;

        // TODO RFC 6891 §7: a server without EDNS answers FORMERR and might be asked again without; recursive resolvers in use all have it.
        // RFC 6891 §6.1.2: root, OPT, size, extended code and version 0, flags, no options.
        Span<byte> option = target.Slice(length, OptionLength);
        option.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(option[1..], OptionType);
        BinaryPrimitives.WriteUInt16BigEndian(option[3..], DatagramBytesMax);
        BinaryPrimitives.WriteUInt16BigEndian(option[7..], dnssecOk ? DnssecOk : (ushort)0);
        return length + OptionLength;
    }
}
