using System.Net;
using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Spf;
using CsCheck;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Testing.Dns;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Spf;

/// <summary>
/// Against another implementation, ARSoft.Tools.Net: generated records that are right must have the same result in both. Left out of the generation, because there the other
/// one does not do what RFC 7208 asks, or the RFC leaves room: wrong terms, more void look-ups than two, names that cannot exist, names of the client that do not point back to it (which
/// the other believes all the same, against §5.5).
/// </summary>
public sealed class SpfOracleTests
{
    private static readonly Gen<string> Qualifier = Choice.Of("", "+", "-", "~", "?");

    // Each name exists, so that no question is without answer.
    private static readonly Gen<string> Mechanism = Choice.Of(
        "a", "a/24", "mx", "mx/24", "a:a.example.net", "mx:a.example.net", "mx:m.example.net/28", "a:h.example.net/16", "ptr", "ptr:example.net", "ip4:192.0.2.1", "ip4:192.0.2.0/25", "ip4:198.51.100.0/24",
        "ip6:2001:db8::1", "ip6:2001:db8::/32", "ip6:2001:db8:1::/48", "exists:%{ir}.list.example.net", "exists:%{l1r-}.user.example.net", "exists:%{d2}", "a:%{d}", "include:i1.example.net", "include:i2.example.net",
        "include:i3.example.net");

    private static readonly Gen<string> Term = Gen.Select(Qualifier, Mechanism, static (qualifier, mechanism) => qualifier + mechanism);

    private static readonly Gen<string> Record = Gen.Select(
        Term.Array[0, 4],
        Choice.Of("", " -all", " ~all", " ?all", " all", " redirect=i1.example.net", " redirect=i3.example.net"),
        static (terms, end) => $"v=spf1 {string.Join(' ', terms)}{end}".Replace("  ", " ", StringComparison.Ordinal));

    private static readonly Gen<string> Client = Choice.Of("192.0.2.1", "192.0.2.200", "198.51.100.7", "203.0.113.9", "2001:db8::1", "2001:db8:1::9", "2001:db9::1");

    [Fact]
    public void GeneratedRecords_HaveTheResultOfTheOther() => Gen.Select(Record, Record, Record, Client).Sample(
        static (own, first, second, client) =>
        {
            FakeDns dns = World(own, first, second);
            SpfResult ours = SpfTest.EvaluateAsync(dns, localPart: "strong-bad", client: client).Result;
            if (ours.Status == SpfStatus.PermError)
            {
                // Both count to ten, but not the same things: an include within an include, and %{p}.
                return;
            }

            SpfValidator validator = new() { DnsResolver = new ArsoftDns(dns), HeloDomain = DomainName.Parse("mail.example.org"), LocalDomain = DomainName.Parse("mx.example.com"), LocalIP = IPAddress.Loopback };
            ValidationResult theirs = validator.CheckHost(IPAddress.Parse(client), SpfTest.Domain, "strong-bad@example.org", false);
            Assert.Equal(($"{own} | {first} | {second} | {client}", theirs.Result.ToString().ToLowerInvariant()), ($"{own} | {first} | {second} | {client}", SpfStatusNames.Of(ours.Status)));
        },
        iter: 5_000,
        threads: 1);

    private static FakeDns World(string own, string first, string second)
    {
        FakeDns dns = SpfTest.Record(own).AddText("i1.example.net", first).AddText("i2.example.net", second).AddText("i3.example.net", "v=spf1 ip4:203.0.113.0/24 ~all");
        foreach (string name in new[] { "example.org", "a.example.net", "m.example.net", "h.example.net", "i1.example.net", "i2.example.net", "i3.example.net", "list.example.net", "example.net" })
        {
            dns.AddMx(name, 10, "m.example.net");
        }

        dns.AddAddress("example.org", "192.0.2.77", "2001:db8::77").AddAddress("a.example.net", "198.51.100.7", "2001:db9::1").AddAddress("m.example.net", "192.0.2.193", "2001:db8::1")
            .AddAddress("h.example.net", "203.0.200.1", "2001:db8:9::1").AddAddress("i1.example.net", "198.51.100.7", "2001:db8::1").AddAddress("i2.example.net", "192.0.2.1", "2001:db8:1::9")
            .AddAddress("i3.example.net", "192.0.2.1", "2001:db8:1::9").AddAddress("example.net", "198.51.100.9", "2001:db8:1::9");
        dns.AddAddress("1.2.0.192.list.example.net", "127.0.0.2").AddAddress("strong.user.example.net", "127.0.0.2");
        dns.AddReverse("192.0.2.1", "i2.example.net").AddReverse("198.51.100.7", "a.example.net").AddReverse("2001:db8::1", "m.example.net");
        return dns;
    }
}
