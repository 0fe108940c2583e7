using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Filters.SenderCheck;
using Xunit;

namespace EdgeSmtp.Tests.Filters.SenderCheck;

public sealed class SenderCheckFilterOptionsTests
{
    public static TheoryData<SenderCheckFilterOptions, bool> Cases => new()
    {
        { new(), true },
        { new() { BadMailFrom = ["?a@b.example", "@b.example+", "@b.example-", "@b.example=", "~h.example", "a@b.example", "@b.example", "*", "!"] }, true },
        { new() { BadMailFrom = ["[broken"] }, false },
        { new() { BadMailFrom = ["@not a domain"] }, false },
        { new() { BadMailFrom = ["~"] }, false },
        { new() { BadMailFrom = [""] }, false },
        { new() { BadMailFrom = [.. Enumerable.Repeat("@x.example", 100_000)] }, true },
        { new() { BadMailFrom = [.. Enumerable.Repeat("@x.example", 100_001)] }, false },
        { new() { SenderRules = [.. Enumerable.Repeat("10.:@x.example", 100_000)], LocalSender = "!" }, true },
        { new() { SenderRules = [.. Enumerable.Repeat("10.:@x.example", 100_001)], LocalSender = "!" }, false },
        { new() { LocalSender = "" }, true },
        { new() { LocalSender = "example.com" }, true },
        { new() { LocalSender = "not a domain" }, false },
        { new() { LocalSender = "!" }, false },
        { new() { LocalSender = "!", SenderRulesPath = "rules" }, true },
        { new() { LocalSender = "!", SenderRules = ["10.:"], SenderRulesPath = "rules" }, false },
        { new() { SenderRules = ["10.:"] }, false },
        { new() { LocalSender = "!", SenderRules = ["no separator"] }, false },
        { new() { LocalSender = "!", SenderRules = ["1.2.3.9-4:@x.example"] }, false },
        { new() { LocalSender = "!", SenderRules = ["1.2.3.4-256:@x.example"] }, false },
        { new() { ReloadInterval = TimeSpan.FromSeconds(1) }, true },
        { new() { ReloadInterval = TimeSpan.FromSeconds(0.9) }, false },
        { new() { ReloadInterval = TimeSpan.FromHours(1.1) }, false },
        { new() { NullSenderScore = 100 }, true },
        { new() { NullSenderScore = 100.1 }, false },
        { new() { NullSenderScore = -0.1 }, false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Validate_AtUnderAndOverEachLimit(SenderCheckFilterOptions options, bool expected) => Assert.Equal(expected, OptionsOf.AreValid(options));

    // §6.6 of the specification: these values wait for AUTH and client certificates.
    [Theory]
    [InlineData("=", "no AUTH")]
    [InlineData("?", "client certificate")]
    public void LocalSender_ThatNeedsWhatIsNotThere_SaysSo(string value, string message)
    {
        SenderCheckFilterOptions options = new() { LocalSender = value };
        ValidationResult result = Assert.Single(options.Validate(new ValidationContext(options)));
        Assert.Contains(message, result.ErrorMessage, StringComparison.Ordinal);
    }
}
