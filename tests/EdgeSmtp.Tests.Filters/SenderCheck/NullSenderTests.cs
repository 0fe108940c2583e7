using EdgeSmtp.Filters.SenderCheck;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.SenderCheck;

/// <summary>A null sender with several recipients: a score, and never a refusal.</summary>
public sealed class NullSenderTests
{
    [Theory]
    [InlineData("", 1, 0)]
    [InlineData("", 2, 2.5)]
    [InlineData("", 5, 2.5)]
    [InlineData("a@example.org", 5, 0)]
    public async Task Recipients_MoreThanOne_ScoreOnce(string sender, int recipients, double expected)
    {
        using FilterHarness harness = FilterHarness.Of(static filters => filters.AddSenderCheck(), new SenderCheckFilterOptions { CheckDomain = false, NullSenderScore = 2.5 });
        await harness.MailAsync(sender);
        for (int i = 0; i < recipients; i++)
        {
            Assert.Null((await harness.RcptAsync($"r{i}@example.com")).Reason);
        }

        Assert.Equal(expected, harness.Context.TotalScore(harness.Transaction));
        Assert.All(harness.Context.Scores, static score => Assert.Equal("null-sender-recipients", score.Name));
    }

    [Fact]
    public async Task Transaction_Next_ScoresAgain()
    {
        using FilterHarness harness = FilterHarness.Of(static filters => filters.AddSenderCheck());
        for (int i = 0; i < 2; i++)
        {
            await harness.MailAsync("");
            await harness.RcptAsync("a@example.com");
            await harness.RcptAsync("b@example.com");
        }

        Assert.Equal(2, harness.Context.Scores.Count);
    }
}
