using System.Net;
using System.Text;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Filters.Spf.Evaluation;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Spf;

/// <summary>What one evaluation may cost when every answer is in the cache: it is done for each MAIL.</summary>
public sealed class SpfAllocationTests
{
    private const long BytesMax = 6 * 1024;
    private const int WarmUps = 100;
    private const int Rounds = 100;

    [Fact]
    public async Task Evaluation_OfAUsualRecord_StaysWithinItsBudget()
    {
        Answers dns = new();
        SpfEvaluator evaluator = new(dns, TimeProvider.System, SpfPolicy.Default);
        SpfQuery query = new(IPAddress.Parse("192.0.2.9"), SpfIdentity.MailFrom, "joe", "example.org", "mail.example.org", "mx.example.com");
        long before = 0;
        for (int i = 0; i < WarmUps + Rounds; i++)
        {
            before = i == WarmUps ? GC.GetAllocatedBytesForCurrentThread() : before;
            Task<SpfResult> check = evaluator.EvaluateAsync(query, null, CancellationToken.None);
            Assert.True(check.IsCompletedSuccessfully);
            Assert.Equal(SpfStatus.Pass, (await check).Status);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Rounds, 0, BytesMax);
    }

    private sealed class Answers : IDnsResolver
    {
        private readonly DnsAnswer _own = Text("v=spf1 mx include:spf.example.net -all");
        private readonly DnsAnswer _included = Text("v=spf1 ip4:198.51.100.0/24 ip4:192.0.2.0/28 ip6:2001:db8::/32 ~all");
        private readonly DnsAnswer _mx = Found(new DnsMxRecord(10, "mx.example.org", TimeSpan.Zero));
        private readonly DnsAnswer _address = Found(new DnsAddressRecord(IPAddress.Parse("203.0.113.1"), TimeSpan.Zero));

        public ValueTask<DnsAnswer> ResolveAsync(string name, DnsRecordType type, CancellationToken cancellationToken) => new(type switch
        {
            DnsRecordType.Txt => name == "example.org" ? _own : _included,
            DnsRecordType.Mx => _mx,
            _ => _address,
        });

        private static DnsAnswer Text(string text) => Found(new DnsTxtRecord(Encoding.ASCII.GetBytes(text), TimeSpan.Zero));

        private static DnsAnswer Found(DnsRecord record) => new(DnsStatus.Found, [record], TimeSpan.Zero, false);
    }
}
