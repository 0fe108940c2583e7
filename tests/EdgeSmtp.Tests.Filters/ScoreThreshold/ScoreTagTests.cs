using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.ScoreThreshold;
using EdgeSmtp.Pipeline;
using Xunit;

namespace EdgeSmtp.Tests.Filters.ScoreThreshold;

public sealed class ScoreTagTests : ScoreThresholdTest
{
    private static readonly ScoreThresholdFilterOptions Options = new() { Tag = 2 };

    [Theory]
    [InlineData(1.999, "")]
    [InlineData(2, "X-EdgeSmtp-Score: 2 (zen=2)\r\n")]
    public async Task Tag_FromItsThresholdOn_IsWritten(double score, string field)
    {
        AddScores(message: (context, transaction) => context.AddScore(transaction, "zen", score));
        await using FilterRun run = Begin(Options);
        Assert.Equal([field + Content], await ComposeAsync(run, await Message(run)));
        Assert.Equal(field.Length > 0, SessionFacts.TryRead(Transaction, KnownFacts.Tagged, out bool isTagged) && isTagged);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task Tag_ThatCameFromOutside_IsRemoved(int blockBytes)
    {
        await using FilterRun run = Begin(Options);
        RecipientVerdicts verdicts = await Message(run, "x-edgesmtp-score: -99 (friend=-99)\r\nX-Other: 1\r\nX-EdgeSmtp-Score:\r\n 5\r\n\r\nX-EdgeSmtp-Score: body\r\n", blockBytes);
        Assert.Equal(["X-Other: 1\r\n\r\nX-EdgeSmtp-Score: body\r\n"], await ComposeAsync(run, verdicts));
    }

    [Fact]
    public async Task Tag_NotConfigured_LeavesFieldsAlone()
    {
        await using FilterRun run = Begin(new ScoreThresholdFilterOptions { Reject = 5 });
        const string Foreign = "X-EdgeSmtp-Score: 1\r\n\r\n";
        Assert.Equal([Foreign], await ComposeAsync(run, await Message(run, Foreign)));
    }

    [Fact]
    public async Task Tag_ForRecipientsWithOneText_KeepsOneMessage()
    {
        Transaction.AddRecipient("a@example.com");
        Transaction.AddRecipient("b@example.com");
        AddScores(message: static (context, transaction) => context.AddScore(transaction, "zen", 3));
        await using FilterRun run = Begin(Options);
        Assert.Equal(["X-EdgeSmtp-Score: 3 (zen=3)\r\n" + Content], await ComposeAsync(run, await Message(run)));
    }

    [Fact]
    public async Task Tag_ForOneOfTwoRecipients_IsHisAlone()
    {
        Transaction.AddRecipient("a@example.com");
        Transaction.AddRecipient("b@example.com");
        AddScores(message: static (context, transaction) => context.AddScore(transaction.Recipients[1], "strict", 3));
        await using FilterRun run = Begin(Options);
        Assert.Equal([Content, "X-EdgeSmtp-Score: 3 (strict=3)\r\n" + Content], await ComposeAsync(run, await Message(run)));
    }

    [Fact]
    public async Task Tag_OfNamesFromOutside_CannotEndTheField()
    {
        AddScores(message: static (context, transaction) => context.AddScore(transaction, "a\r\nBcc: b (c) \u00e9", 3));
        await using FilterRun run = Begin(Options);
        Assert.Equal(["X-EdgeSmtp-Score: 3 (a??Bcc:?b??c???=3)\r\n" + Content], await ComposeAsync(run, await Message(run)));
    }

    [Theory]
    [InlineData(20, false)]
    [InlineData(21, true)]
    public async Task Tag_OfManyNames_NamesTheHeaviest(int names, bool isCut)
    {
        AddScores(message: (context, transaction) =>
        {
            for (int i = 1; i <= names; i++)
            {
                context.AddScore(transaction, $"n{i}", i);
            }
        });
        await using FilterRun run = Begin(Options);
        string message = Assert.Single(await ComposeAsync(run, await Message(run)));
        Assert.Equal(!isCut, message.Contains("n1=1", StringComparison.Ordinal));
        Assert.Equal(isCut, message.Contains(" ...)", StringComparison.Ordinal));
    }
}
