using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Dns.Cache;

/// <summary>Estimates the memory of an answer, so that a stranger's zone with huge answers cannot fill ours.</summary>
internal static class AnswerWeight
{
    private const int EntryBytes = 280;
    private const int RecordBytes = 88;

    public static long Of(DnsKey key, DnsAnswer answer)
    {
        long bytes = EntryBytes + (2L * key.Name.Length);
        for (int i = 0; i < answer.Records.Count; i++)
        {
            bytes += RecordBytes + PayloadOf(answer.Records[i]);
        }

        return bytes;
    }

    private static long PayloadOf(DnsRecord record) => record switch
    {
        DnsTxtRecord txt => txt.Text.Length,
        DnsTlsaRecord tlsa => tlsa.Data.Length,
        DnsMxRecord mx => 2L * mx.Exchange.Length,
        DnsNameRecord name => 2L * name.Name.Length,
        _ => 32,
    };
}
