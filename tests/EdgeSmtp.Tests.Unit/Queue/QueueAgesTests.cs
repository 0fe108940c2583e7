using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Queue;
using EdgeSmtp.Queue.Index;
using EdgeSmtp.Queue.Journal;
using EdgeSmtp.Queue.Store;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Queue;

public sealed class QueueAgesTests
{
    private const long Now = 1_800_000_000_000;
    private readonly MetricRecorder _metrics = new();

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(100, 50, 90, 99)]
    [InlineData(1000, 500, 900, 990)]
    public void Refresh_MessagesOfOneSecondAndMore_GivesTheAgesThatSoManyHaveNotReached(int messages, double half, double most, double nearlyAll)
    {
        Refresh(messages);
        Assert.Equal((half, most, nearlyAll), (Value("0.5"), Value("0.9"), Value("0.99")));
    }

    [Fact]
    public void Refresh_OfALongQueue_IsRightAboutAsMuchAsASampleCanBe()
    {
        Refresh(100_000);
        Assert.InRange(Value("0.5"), 49_000, 51_000);
        Assert.InRange(Value("0.99"), 98_000, 100_000);
    }

    private double Value(string quantile) => _metrics.Value(QueueMetrics.Age, quantile);

    private void Refresh(int messages)
    {
        MessageIndex index = new();
        for (int i = 1; i <= messages; i++)
        {
            index.Put((ulong)i, Now - (i * 1000L), 1, default(RecordPlace), -1, new MessageState(0, false, 0, 1, default, null));
        }

        new QueueAges(_metrics).Refresh(index, Now);
    }
}
