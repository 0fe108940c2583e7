using EdgeSmtp.Filters.HeloCheck;
using Xunit;

namespace EdgeSmtp.Tests.Filters.HeloCheck;

public sealed class HeloCheckFilterOptionsTests
{
    public static TheoryData<HeloCheckFilterOptions, bool> Cases => new()
    {
        { new(), true },
        { new() { Mode = "clientname" }, true },
        { new() { Mode = "" }, true },
        { new() { Mode = "X" }, false },
        { new() { Mode = "3" }, false },
        { new() { Mode = "a" }, false },
        { new() { BadHelo = ["*.dyn.example", "!x", "x!"] }, true },
        { new() { BadHelo = ["[broken"] }, false },
        { new() { BadHelo = [.. Enumerable.Repeat("x", 100_000)] }, true },
        { new() { BadHelo = [.. Enumerable.Repeat("x", 100_001)] }, false },
        { new() { OwnNames = [.. Enumerable.Repeat("x", 1_000)] }, true },
        { new() { OwnNames = [.. Enumerable.Repeat("x", 1_001)] }, false },
        { new() { ReloadInterval = TimeSpan.FromSeconds(1) }, true },
        { new() { ReloadInterval = TimeSpan.FromSeconds(0.9) }, false },
        { new() { ReloadInterval = TimeSpan.FromHours(1.1) }, false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Validate_AtUnderAndOverEachLimit(HeloCheckFilterOptions options, bool expected) => Assert.Equal(expected, OptionsOf.AreValid(options));
}
