using EdgeSmtp.Filters.RecipientCheck;
using Xunit;

namespace EdgeSmtp.Tests.Filters.RecipientCheck;

public sealed class RecipientCheckFilterOptionsTests
{
    public static TheoryData<RecipientCheckFilterOptions, bool> Cases => new()
    {
        { new(), true },
        { new() { BadRcptTo = ["a@b.example", "@b.example", "*", "!a@b.example"] }, true },
        { new() { BadRcptTo = ["[broken"] }, false },
        { new() { BadRcptTo = ["@no domain"] }, false },
        { new() { BadRcptTo = [.. Enumerable.Repeat("@x.example", 100_000)] }, true },
        { new() { BadRcptTo = [.. Enumerable.Repeat("@x.example", 100_001)] }, false },
        { new() { RecipientsMax = 100_000, TarpitCount = 100_000, InvalidRecipientsMax = 100_000 }, true },
        { new() { RecipientsMax = 100_001 }, false },
        { new() { RecipientsMax = -1 }, false },
        { new() { TarpitCount = 1, TarpitDelay = TimeSpan.FromSeconds(1) }, true },
        { new() { TarpitCount = 1 }, false },
        { new() { TarpitCount = 100_001, TarpitDelay = TimeSpan.FromSeconds(1) }, false },
        { new() { TarpitDelay = TimeSpan.FromMinutes(4) }, true },
        { new() { TarpitDelay = TimeSpan.FromMinutes(4) + TimeSpan.FromTicks(1) }, false },
        { new() { TarpitDelay = TimeSpan.FromTicks(-1) }, false },
        { new() { InvalidRecipientsMax = 100_001 }, false },
        { new() { InvalidRecipientsMax = 1, RefuseNotorious = true }, true },
        { new() { RefuseNotorious = true }, false },
        { new() { ReloadInterval = TimeSpan.FromSeconds(0.9) }, false },
        { new() { ReloadInterval = TimeSpan.FromHours(1.1) }, false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Validate_AtUnderAndOverEachLimit(RecipientCheckFilterOptions options, bool expected) => Assert.Equal(expected, OptionsOf.AreValid(options));
}
