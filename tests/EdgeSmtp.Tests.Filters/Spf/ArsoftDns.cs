using System.Text;
using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Testing.Dns;

namespace EdgeSmtp.Tests.Filters.Spf;

/// <summary>Our fake zones as the other implementation asks them.</summary>
internal sealed class ArsoftDns(FakeDns zones) : ARSoft.Tools.Net.Dns.IDnsResolver
{
    public List<T> Resolve<T>(DomainName name, RecordType recordType = RecordType.A, RecordClass recordClass = RecordClass.INet)
        where T : DnsRecordBase
    {
        DnsAnswer answer = zones.ResolveAsync(name.ToString(), (DnsRecordType)recordType, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return [.. answer.Records.Select(record => Of(name, record)).OfType<T>()];
    }

    public Task<List<T>> ResolveAsync<T>(DomainName name, RecordType recordType = RecordType.A, RecordClass recordClass = RecordClass.INet, CancellationToken token = default)
        where T : DnsRecordBase => Task.FromResult(Resolve<T>(name, recordType, recordClass));

    public void ClearCache()
    {
    }

    public void Dispose()
    {
    }

    private static DnsRecordBase Of(DomainName name, DnsRecord record) => record switch
    {
        DnsAddressRecord { Address.AddressFamily: System.Net.Sockets.AddressFamily.InterNetwork } v4 => new ARecord(name, 60, v4.Address),
        DnsAddressRecord v6 => new AaaaRecord(name, 60, v6.Address),
        DnsMxRecord mx => new MxRecord(name, 60, mx.Preference, DomainName.Parse(mx.Exchange)),
        DnsTxtRecord text => new TxtRecord(name, 60, Encoding.ASCII.GetString(text.Text.Span)),
        DnsNameRecord pointer => new PtrRecord(name, 60, DomainName.Parse(pointer.Name)),
        _ => throw new InvalidOperationException($"Nobody asks for {record}."),
    };
}
