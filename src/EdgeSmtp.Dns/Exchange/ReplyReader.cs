using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Dns.Wire;

namespace EdgeSmtp.Dns.Exchange;

/// <summary>Turns a message of a server into an answer.</summary>
internal static class ReplyReader
{
    private const int AliasesMax = 16;
    private const ushort OptionType = 41;
    private const int ExtendedErrorOption = 15;

    /// <summary>Reads a message that <see cref="WireMessage.IsReplyTo"/> the question.</summary>
    /// <param name="octets">The message.</param>
    /// <param name="question">What was asked.</param>
    /// <param name="trusted">Whether the AD bit of this server is believed.</param>
    /// <param name="reply">The answer, or a temporary failure.</param>
    public static ReplyFailure Read(ReadOnlySpan<byte> octets, DnsKey question, bool trusted, out DnsReply reply)
    {
        reply = new DnsReply(DnsAnswer.TemporaryFailure);
        if (!WireMessage.TryRead(octets, out WireMessage message))
        {
            return ReplyFailure.Garbage;
        }

        int code = message.Header.Code;
        if (code is not (ReplyCode.NoError or ReplyCode.NxDomain))
        {
            if (code == ReplyCode.ServerFailure && SaysBogus(message))
            {
                reply = new DnsReply(new DnsAnswer(DnsStatus.Bogus, [], TimeSpan.Zero, false));
                return ReplyFailure.None;
            }

            return ReplyFailure.ServerRefused;
        }

        bool authenticated = trusted && message.Header.IsAuthenticData;
        string owner = question.Name;
        long ttl = FollowAliases(message, question.Type, ref owner);
        if (!TryCollect(message, owner, question.Type, ref ttl, out List<DnsRecord>? records))
        {
            return ReplyFailure.Garbage;
        }

        if (records is not null)
        {
            reply = new DnsReply(new DnsAnswer(DnsStatus.Found, records, TimeSpan.FromSeconds(ttl), authenticated));
            return ReplyFailure.None;
        }

        // RFC 2308 §2.1: the code is about the last name of the chain.
        DnsStatus status = code == ReplyCode.NxDomain ? DnsStatus.NxDomain : DnsStatus.NoData;
        bool hasAuthority = NegativeTtl(message, out long negativeTtl);
        // An alias to the root leads to no name that can be asked for; there is no data then.
        bool openAlias = status == DnsStatus.NoData && !hasAuthority && owner.Length > 0 && !string.Equals(owner, question.Name, StringComparison.Ordinal);
        TimeSpan kept = TimeSpan.FromSeconds(openAlias ? ttl : Math.Min(ttl, negativeTtl));
        reply = new DnsReply(new DnsAnswer(status, [], kept, authenticated), openAlias ? owner : null);
        return ReplyFailure.None;
    }

    // RFC 1034 §3.6.2: an alias has no other data, so the chain is followed before records are looked for; the least TTL of all counts.
    private static long FollowAliases(in WireMessage message, DnsRecordType type, ref string owner)
    {
        long ttl = uint.MaxValue;
        for (int hops = 0; type != DnsRecordType.Cname && hops < AliasesMax; hops++)
        {
            if (!TryFind(message, message.Answers, DnsRecordType.Cname, owner, out WireRecord alias) || !WireName.TryRead(message.Octets, alias.Data, out string target))
            {
                break;
            }

            ttl = Math.Min(ttl, alias.Ttl);
            owner = target;
        }

        return ttl;
    }

    private static bool TryFind(in WireMessage message, WireSection section, DnsRecordType type, string owner, out WireRecord found)
    {
        int at = section.Start;
        for (int i = 0; i < section.Count && WireRecord.TryRead(message.Octets, ref at, out found); i++)
        {
            if (found.Type == (ushort)type && found.Class == WireRecord.Internet && WireName.Is(message.Octets, found.Owner, owner))
            {
                return true;
            }
        }

        found = default;
        return false;
    }

    private static bool TryCollect(in WireMessage message, string owner, DnsRecordType type, ref long ttl, out List<DnsRecord>? records)
    {
        records = null;
        int at = message.Answers.Start;
        for (int i = 0; i < message.Answers.Count && WireRecord.TryRead(message.Octets, ref at, out WireRecord wire); i++)
        {
            if (wire.Type != (ushort)type || wire.Class != WireRecord.Internet || !WireName.Is(message.Octets, wire.Owner, owner))
            {
                continue;
            }

            if (!RecordReader.TryRead(message.Octets, wire, out DnsRecord? record))
            {
                return false;
            }

            if (record is not null)
            {
                ttl = Math.Min(ttl, wire.Ttl);
                (records ??= []).Add(record);
            }
        }

        return true;
    }

    // RFC 2308 §5: min(TTL of the SOA, its MINIMUM); without SOA a negative answer is not kept.
    private static bool NegativeTtl(in WireMessage message, out long ttl)
    {
        ttl = 0;
        int at = message.Authorities.Start;
        for (int i = 0; i < message.Authorities.Count && WireRecord.TryRead(message.Octets, ref at, out WireRecord wire); i++)
        {
            if (wire.Type == (ushort)DnsRecordType.Soa && wire.Class == WireRecord.Internet && RecordReader.TryMinimum(message.Octets, wire, out uint minimum))
            {
                ttl = Math.Min(wire.Ttl, minimum);
                return true;
            }
        }

        return false;
    }

    // RFC 8914 §4: codes 6 to 12 say that validation failed.
    private static bool SaysBogus(in WireMessage message)
    {
        int next = message.Additionals.Start;
        for (int i = 0; i < message.Additionals.Count && WireRecord.TryRead(message.Octets, ref next, out WireRecord wire); i++)
        {
            if (wire.Type != OptionType)
            {
                continue;
            }

            ReadOnlySpan<byte> data = message.Octets.Slice(wire.Data, wire.Length);
            for (int at = 0; at + 4 <= data.Length;)
            {
                int option = (data[at] << 8) | data[at + 1];
                int length = (data[at + 2] << 8) | data[at + 3];
                if (option == ExtendedErrorOption && length >= 2 && at + 6 <= data.Length && ((data[at + 4] << 8) | data[at + 5]) is >= 6 and <= 12)
                {
                    return true;
                }

                at += 4 + length;
            }
        }

        return false;
    }
}
