using DnsClient;
using DnsClient.Protocol;
using DnsClient.Protocol.Options;
using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Dns.Exchange;

/// <summary>Turns a message of a server into an answer.</summary>
internal static class ReplyReader
{
    private const int AliasesMax = 16;
    private const int ExtendedErrorOption = 15;

    /// <summary>Reads a message.</summary>
    /// <param name="response">The message.</param>
    /// <param name="question">What was asked.</param>
    /// <param name="trusted">Whether the AD bit of this server is believed.</param>
    /// <param name="reply">The answer, or a temporary failure.</param>
    public static ReplyFailure Read(IDnsQueryResponse response, DnsKey question, bool trusted, out DnsReply reply)
    {
        reply = new DnsReply(DnsAnswer.TemporaryFailure);
        DnsHeaderResponseCode code = response.Header.ResponseCode;
        if (code is not (DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain))
        {
            if (code == DnsHeaderResponseCode.ServerFailure && SaysBogus(response))
            {
                reply = new DnsReply(new DnsAnswer(DnsStatus.Bogus, [], TimeSpan.Zero, false));
                return ReplyFailure.None;
            }

            return ReplyFailure.ServerRefused;
        }

        // The library checks only the 16-bit id: a message about another question is somebody else's, or a forger's (RFC 5452 §3).
        if (!Echoes(response, question))
        {
            return ReplyFailure.Garbage;
        }

        bool authenticated = trusted && response.Header.IsAuthenticData;
        string owner = question.Name;
        long ttl = FollowAliases(response.Answers, question.Type, ref owner);
        List<DnsRecord>? records = Collect(response.Answers, owner, question.Type, ref ttl);
        if (records is not null)
        {
            reply = new DnsReply(new DnsAnswer(DnsStatus.Found, records, TimeSpan.FromSeconds(ttl), authenticated));
            return ReplyFailure.None;
        }

        // RFC 2308 §2.1: the code is about the last name of the chain.
        DnsStatus status = code == DnsHeaderResponseCode.NotExistentDomain ? DnsStatus.NxDomain : DnsStatus.NoData;
        bool hasAuthority = NegativeTtl(response.Authorities, out long negativeTtl);
        bool openAlias = status == DnsStatus.NoData && !hasAuthority && !string.Equals(owner, question.Name, StringComparison.Ordinal);
        TimeSpan kept = TimeSpan.FromSeconds(openAlias ? ttl : Math.Min(ttl, negativeTtl));
        reply = new DnsReply(new DnsAnswer(status, [], kept, authenticated), openAlias ? owner : null);
        return ReplyFailure.None;
    }

    private static bool Echoes(IDnsQueryResponse response, DnsKey question)
    {
        if (response.Questions.Count != 1)
        {
            return false;
        }

        DnsQuestion echoed = response.Questions[0];
        return (ushort)echoed.QuestionType == (ushort)question.Type && RecordReader.IsOwner(echoed.QueryName, question.Name);
    }

    // RFC 1034 §3.6.2: an alias has no other data, so the chain is followed before records are looked for; the least TTL of all counts.
    private static long FollowAliases(IReadOnlyList<DnsResourceRecord> answers, DnsRecordType type, ref string owner)
    {
        long ttl = uint.MaxValue;
        for (int hops = 0; type != DnsRecordType.Cname && hops < AliasesMax; hops++)
        {
            CNameRecord? alias = null;
            for (int i = 0; i < answers.Count && alias is null; i++)
            {
                alias = answers[i] is CNameRecord candidate && RecordReader.IsOwner(candidate.DomainName, owner) ? candidate : null;
            }

            if (alias is null || !DnsName.TryNormalize(alias.CanonicalName.Value, out string target))
            {
                break;
            }

            ttl = Math.Min(ttl, RecordReader.TtlOf(alias));
            owner = target;
        }

        return ttl;
    }

    private static List<DnsRecord>? Collect(IReadOnlyList<DnsResourceRecord> answers, string owner, DnsRecordType type, ref long ttl)
    {
        List<DnsRecord>? records = null;
        for (int i = 0; i < answers.Count; i++)
        {
            DnsResourceRecord answer = answers[i];
            if ((ushort)answer.RecordType != (ushort)type || answer.RecordClass != QueryClass.IN || !RecordReader.IsOwner(answer.DomainName, owner)
                || RecordReader.Read(answer) is not { } record)
            {
                continue;
            }

            ttl = Math.Min(ttl, RecordReader.TtlOf(answer));
            (records ??= []).Add(record);
        }

        return records;
    }

    // RFC 2308 §5: min(TTL of the SOA, its MINIMUM); without SOA a negative answer is not kept.
    private static bool NegativeTtl(IReadOnlyList<DnsResourceRecord> authorities, out long ttl)
    {
        for (int i = 0; i < authorities.Count; i++)
        {
            if (authorities[i] is SoaRecord soa)
            {
                ttl = Math.Min(RecordReader.TtlOf(soa), soa.Minimum);
                return true;
            }
        }

        ttl = 0;
        return false;
    }

    // RFC 8914 §4: codes 6 to 12 say that validation failed.
    private static bool SaysBogus(IDnsQueryResponse response)
    {
        for (int i = 0; i < response.Additionals.Count; i++)
        {
            if (response.Additionals[i] is not OptRecord { Data: { } data })
            {
                continue;
            }

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
