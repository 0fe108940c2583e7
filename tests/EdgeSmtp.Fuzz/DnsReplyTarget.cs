using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Dns;
using EdgeSmtp.Dns.Exchange;
using EdgeSmtp.Dns.Wire;

namespace EdgeSmtp.Fuzz;

/// <summary>Messages of the DNS, whose content is written by whoever has the zone: an answer or none, always an end, and no more in it than came. The first byte chooses the type that was asked for.</summary>
public sealed class DnsReplyTarget : IFuzzTarget
{
    private const string Asked = "a.test";

    /// <summary>Owner, type, class, TTL and length: no record is shorter.</summary>
    private const int RecordBytesMin = 11;

    private static readonly DnsRecordType[] Types = Enum.GetValues<DnsRecordType>();

    public string Name => "dns-reply";

    public IReadOnlyList<string> Assemblies => ["EdgeSmtp.Dns.dll"];

    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty) return;
        DnsKey question = new(Asked, Types[input[0] % Types.Length]);
        ReadOnlySpan<byte> octets = input[1..];
        WireMessage.IsReplyTo(octets, 0x0102, question);
        ReplyFailure failure = ReplyReader.Read(octets, question, trusted: false, out DnsReply reply);
        DnsAnswer answer = reply.Answer;
        Broken.Unless(failure == ReplyFailure.None || answer.Status == DnsStatus.TemporaryFailure, "a failure says nothing");
        Broken.Unless((answer.Status == DnsStatus.Found) == (answer.Records.Count > 0), "records come with a yes");
        Broken.Unless(answer.Records.Count <= octets.Length / RecordBytesMin, "there are no more records than came");
        Broken.Unless(answer.Ttl >= TimeSpan.Zero && answer.Ttl <= TimeSpan.FromSeconds(uint.MaxValue), "a time to live is one");
        Broken.Unless(!answer.Authenticated, "who is not trusted authenticates nothing");
        Broken.Unless(reply.AliasTarget is null || (answer.Status == DnsStatus.NoData && IsName(reply.AliasTarget)), "an alias leads to a name");
        foreach (DnsRecord record in answer.Records) CheckRecord(record, question.Type, octets.Length);
    }

    private static void CheckRecord(DnsRecord record, DnsRecordType type, int length) => Broken.Unless(
        record switch
        {
            DnsAddressRecord => type is DnsRecordType.A or DnsRecordType.Aaaa,
            DnsMxRecord mx => type == DnsRecordType.Mx && (mx.Exchange.Length == 0 || IsName(mx.Exchange)),
            DnsTxtRecord text => type == DnsRecordType.Txt && text.Text.Length <= length,
            DnsNameRecord name => type is DnsRecordType.Ptr or DnsRecordType.Cname or DnsRecordType.Soa && (name.Name.Length == 0 || IsName(name.Name)),
            DnsTlsaRecord tlsa => type == DnsRecordType.Tlsa && tlsa.Data.Length <= length,
            _ => false,
        },
        $"{record} answers a question for {type}");

    /// <summary>A name of the DNS: bounded, in small letters, and no label of it holds a dot or is empty.</summary>
    private static bool IsName(string name) => name.Length <= 253 && !name.Any(char.IsAsciiLetterUpper) && name.Split('.').All(static label => label.Length is > 0 and < 64);
}
