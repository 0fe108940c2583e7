using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.RateLimit;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.RateLimit;

/// <summary>With every unit by every key that it can have, far below each limit.</summary>
public sealed class RateLimitContractTests : FilterContractTests<RateLimitFilter>
{
    protected override void Register(FilterRegistry registry) => registry.AddRateLimit();

    protected override object CreateOptions() => new RateLimitFilterOptions
    {
        Limits = new Dictionary<string, RateLimitOptions>(StringComparer.Ordinal)
        {
            ["connections"] = new() { Unit = RateUnit.Connections, Rate = 1_000_000 },
            ["messages"] = new() { Rate = 1_000_000 },
            ["messages-helo"] = new() { Key = RateKeyKind.Helo, Rate = 1_000_000 },
            ["messages-sender"] = new() { Key = RateKeyKind.Sender, Rate = 1_000_000 },
            ["messages-user"] = new() { Key = RateKeyKind.User, Rate = 1_000_000 },
            ["messages-domain"] = new() { Key = RateKeyKind.RecipientDomain, Rate = 1_000_000 },
            ["recipients"] = new() { Unit = RateUnit.Recipients, Rate = 1_000_000, PrefixV4 = 24 },
            ["recipients-domain"] = new() { Unit = RateUnit.Recipients, Key = RateKeyKind.RecipientDomain, PerNetwork = true, Rate = 1_000_000 },
            ["bytes"] = new() { Unit = RateUnit.Bytes, Rate = 1_000_000_000 },
            ["bytes-domain"] = new() { Unit = RateUnit.Bytes, Key = RateKeyKind.RecipientDomain, Rate = 1_000_000_000 },
            ["failures"] = new() { Unit = RateUnit.Failures, Rate = 1_000_000 },
            ["failures-helo"] = new() { Unit = RateUnit.Failures, Key = RateKeyKind.Helo, Rate = 1_000_000 },
        },
    };
}
