using EdgeSmtp.Filters.GreetDelay;
using Xunit;

namespace EdgeSmtp.Tests.Filters.GreetDelay;

public sealed class GreetDelayFilterOptionsTests
{
    public static TheoryData<GreetDelayFilterOptions, bool> Cases => new()
    {
        { new(), true },
        { new() { Delay = TimeSpan.Zero }, true },
        { new() { Delay = TimeSpan.FromMinutes(4) }, true },
        { new() { Delay = TimeSpan.FromMinutes(4.01) }, false },
        { new() { Delay = TimeSpan.FromSeconds(-1) }, false },
        { new() { DelayedMax = 0 }, false },
        { new() { DelayedMax = 1 }, true },
        { new() { DelayedMax = 1_000_000 }, true },
        { new() { DelayedMax = 1_000_001 }, false },
        { new() { ExceptPorts = [.. Enumerable.Range(1, 16)] }, true },
        { new() { ExceptPorts = [.. Enumerable.Range(1, 17)] }, false },
        { new() { Points = 100 }, true },
        { new() { Points = 100.5 }, false },
        { new() { Points = double.NaN }, false },
        { new() { RememberFor = TimeSpan.FromDays(60) }, true },
        { new() { RememberFor = TimeSpan.FromDays(61) }, false },
        { new() { RememberMax = 0 }, false },
        { new() { RememberMax = 1_000_000 }, true },
        { new() { RememberMax = 1_000_001 }, false },
        { new() { RememberSaveInterval = TimeSpan.FromMilliseconds(999) }, false },
        { new() { RememberSaveInterval = TimeSpan.FromHours(1) }, true },
        { new() { RememberSaveInterval = TimeSpan.FromHours(1.1) }, false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Validate_AtUnderAndOverEachLimit(GreetDelayFilterOptions options, bool expected) => Assert.Equal(expected, OptionsOf.AreValid(options));
}
