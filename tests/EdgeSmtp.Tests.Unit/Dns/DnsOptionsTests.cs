using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Dns;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Dns;

public sealed class DnsOptionsTests
{
    public static TheoryData<DnsOptions> OutOfRange => new(
    new DnsOptions[]
    {
        new() { Timeout = TimeSpan.FromMilliseconds(9) }, new() { Timeout = TimeSpan.FromSeconds(10.001) }, new() { Retries = -1 }, new() { Retries = 6 },
        new() { CacheEntriesMax = -1 }, new() { CacheEntriesMax = 1_000_001 }, new() { CacheBytesMax = -1 }, new() { CacheBytesMax = (1L << 30) + 1 },
        new() { InFlightMax = 0 }, new() { InFlightMax = 60_001 }, new() { TtlMax = TimeSpan.FromDays(8) }, new() { NegativeTtlMax = TimeSpan.FromDays(1.1) },
        new() { FailureTtl = TimeSpan.FromSeconds(6) }, new() { Servers = ["localhost"] }, new() { Servers = [""] }, new() { TrustedResolvers = ["dns.test"] },
        new() { Servers = [.. Enumerable.Repeat("127.0.0.1", 17)] },
    });

    public static TheoryData<DnsOptions> InRange => new(
    new DnsOptions[]
    {
        new DnsOptions(), new() { Timeout = TimeSpan.FromMilliseconds(10) }, new() { Timeout = TimeSpan.FromSeconds(10) }, new() { Retries = 5 }, new() { CacheEntriesMax = 0 },
        new() { InFlightMax = 60_000 }, new() { Servers = ["127.0.0.1", "127.0.0.1:5353", "::1", "[::1]:5353"], TrustedResolvers = ["127.0.0.1", "::1"] },
    });

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void Validate_OutOfRange_IsRefused(DnsOptions options) => Assert.False(IsValid(options));

    [Theory]
    [MemberData(nameof(InRange))]
    public void Validate_InRange_IsTaken(DnsOptions options) => Assert.True(IsValid(options));

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1:53")]
    [InlineData("192.0.2.1:5353", "192.0.2.1:5353")]
    [InlineData("2001:db8::1", "[2001:db8::1]:53")]
    [InlineData("[2001:db8::1]:5353", "[2001:db8::1]:5353")]
    public void TryParseServer_WithOrWithoutPort_IsRead(string text, string expected)
    {
        Assert.True(DnsOptions.TryParseServer(text, out System.Net.IPEndPoint endPoint));
        Assert.Equal(expected, endPoint.ToString());
    }

    private static bool IsValid(DnsOptions options) => Validator.TryValidateObject(options, new ValidationContext(options), null, validateAllProperties: true);
}
