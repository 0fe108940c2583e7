using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Index;
using EdgeSmtp.Queue.Journal;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Queue;

public sealed class MessageIndexTests
{
    [Fact]
    public void Index_RandomOperations_AgreesWithAModel()
    {
        Random random = new(5);
        MessageIndex index = new();
        SortedDictionary<ulong, long> model = [];
        ulong next = 1;
        for (int step = 0; step < 20_000; step++)
        {
            int choice = random.Next(10);
            if (choice < 5 || model.Count == 0)
            {
                long due = random.Next(1000);
                Put(index, next, due);
                model.Add(next, due);
                next += (ulong)random.Next(1, 1 << 20);
            }
            else
            {
                ulong id = model.Keys.ElementAt(random.Next(model.Count));
                int number = index.Find(id);
                Assert.True(number >= 0);
                if (choice < 8)
                {
                    index.Remove(number);
                    model.Remove(id);
                    Assert.Equal(-1, index.Find(id));
                }
                else
                {
                    model[id] = random.Next(1000);
                    index.SetNext(number, model[id]);
                }
            }

            if (step % 100 == 0)
            {
                Assert.Equal(model.Count, index.Count);
                Assert.Equal(model.Count == 0 ? null : model.Values.Min(), index.NextDue);
                Assert.Equal(model.Count == 0 ? null : (long)model.Keys.First(), index.OldestReceived);
            }
        }

        MessageId[] due2 = new MessageId[model.Count];
        int count = index.TakeDue(MessageLane.Delivery, 500, due2);
        Assert.Equal(model.Where(static m => m.Value <= 500).OrderBy(static m => m.Value).ThenBy(static m => m.Key).Select(static m => m.Key), due2.Take(count).Select(static d => d.Value));
        Assert.Equal(0, index.TakeDue(MessageLane.Delivery, 500, due2));
    }

    [Fact]
    public void Index_DeferredMessage_CostsBoundedMemory()
    {
        const int Messages = 100_000;
        long before = GC.GetAllocatedBytesForCurrentThread();
        MessageIndex index = new();
        for (ulong id = 1; id <= Messages; id++)
        {
            Put(index, id, (long)id, "451 4.7.1 try again later");
        }

        // Everything ever allocated, discarded arrays of growing included: what stays is less.
        long perMessage = (GC.GetAllocatedBytesForCurrentThread() - before) / Messages;
        Assert.Equal(Messages, index.Count);
        Assert.True(perMessage <= 160, $"{perMessage} bytes for each message");
    }

    [Fact]
    public void Status_ManyDifferentTexts_KeepsOnlyCodesAboveTheBound()
    {
        StatusTable table = new(textsMax: 2);
        int first = table.Use("451 4.7.1 one");
        int second = table.Use("451 4.7.1 two");
        int third = table.Use("451 4.7.1 three 0x123");
        int fourth = table.Use("451 4.7.1 four 0x456");
        Assert.Equal("451 4.7.1 one", table[first]);
        Assert.Equal("451 4.7.1", table[third]);
        Assert.Equal(third, fourth);
        Assert.Equal(first, table.Use("451 4.7.1 one"));
        table.Release(second);
        table.Release(third);
        table.Release(fourth);
        Assert.Equal("550 5.1.1 new", table[table.Use("550 5.1.1 new")]);
        Assert.Equal(0, table.Use(null));
        Assert.Null(table[0]);
    }

    [Fact]
    public void State_ReplacedManyTimes_LeaksNoStatusText()
    {
        MessageIndex index = new();
        int number = Put(index, 1, 0, "a");
        for (int i = 0; i < 10_000; i++)
        {
            index.SetState(number, index.StateOf(number) with { Status = $"status {i}" });
        }

        Assert.Equal("status 9999", index.StateOf(number).Status);
    }

    private static int Put(MessageIndex index, ulong id, long due, string? status = null) =>
        index.Put(id, (long)id, 1000, new RecordPlace(1, 4096, 1200), -1, new MessageState(0, false, due, 1, default, status));
}
