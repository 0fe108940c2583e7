using System.Buffers.Binary;

namespace EdgeSmtp.Dns.Wire;

/// <summary>A reply whose every record was found to lie inside it.</summary>
internal readonly ref struct WireMessage
{
    private WireMessage(ReadOnlySpan<byte> octets, WireHeader header, WireSection answers, WireSection authorities, WireSection additionals)
    {
        Octets = octets;
        Header = header;
        Answers = answers;
        Authorities = authorities;
        Additionals = additionals;
    }

    /// <summary>All of it.</summary>
    public ReadOnlySpan<byte> Octets { get; }

    /// <summary>Its header.</summary>
    public WireHeader Header { get; }

    /// <summary>Answers.</summary>
    public WireSection Answers { get; }

    /// <summary>Authorities.</summary>
    public WireSection Authorities { get; }

    /// <summary>Additional records.</summary>
    public WireSection Additionals { get; }

    /// <summary>Reads a message.</summary>
    /// <returns><c>false</c> when its records do not lie where it says. What follows the last one is not looked at.</returns>
    public static bool TryRead(ReadOnlySpan<byte> octets, out WireMessage message)
    {
        message = default;
        if (!WireHeader.TryRead(octets, out WireHeader header))
        {
            return false;
        }

        int at = WireHeader.Length;
        for (int i = 0; i < header.Questions; i++)
        {
            if (!WireName.TrySkip(octets, ref at) || (at += 4) > octets.Length)
            {
                return false;
            }
        }

        if (!TrySection(octets, header.Answers, ref at, out WireSection answers) || !TrySection(octets, header.Authorities, ref at, out WireSection authorities)
            || !TrySection(octets, header.Additionals, ref at, out WireSection additionals))
        {
            return false;
        }

        message = new WireMessage(octets, header, answers, authorities, additionals);
        return true;
    }

    /// <summary>Whether a message is a reply to this question and no other (RFC 5452 §3).</summary>
    /// <param name="octets">What came.</param>
    /// <param name="id">Id of the question.</param>
    /// <param name="question">The question.</param>
    public static bool IsReplyTo(ReadOnlySpan<byte> octets, ushort id, DnsKey question)
    {
        if (!WireHeader.TryRead(octets, out WireHeader header) || !header.IsReply || header.Id != id || header.Questions > 1)
        {
            return false;
        }

        if (header.Questions == 0)
        {
            // A server that could not read the question, or will not, may leave it out; nothing but its refusal is taken then.
            return header.Code is not (ReplyCode.NoError or ReplyCode.NxDomain);
        }

        int at = WireHeader.Length;
        return WireName.Is(octets, at, question.Name) && WireName.TrySkip(octets, ref at) && octets.Length - at >= 4
            && BinaryPrimitives.ReadUInt16BigEndian(octets[at..]) == (ushort)question.Type
            && BinaryPrimitives.ReadUInt16BigEndian(octets[(at + 2)..]) == WireRecord.Internet;
    }

    private static bool TrySection(ReadOnlySpan<byte> octets, int count, ref int at, out WireSection section)
    {
        section = new WireSection(at, count);
        for (int i = 0; i < count; i++)
        {
            if (!WireRecord.TryRead(octets, ref at, out _))
            {
                return false;
            }
        }

        return true;
    }
}
