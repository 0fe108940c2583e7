using EdgeSmtp.Toolkit.Rates;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit.Rates;

public sealed class BucketHeapTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(65)]
    [InlineData(400)]
    public void Changes_AtRandom_KeepTheSoonestOnTop(int capacity)
    {
        BucketHeap heap = new(capacity);
        Dictionary<UInt128, long> model = [];
        Random random = new(capacity);
        for (int i = 0; i < 20_000; i++)
        {
            UInt128 key = (UInt128)random.Next(0, 500);
            if (random.Next(5) == 0 && model.Count > 0)
            {
                heap.RemoveSoonest();
                RemoveSoonest(model);
            }
            else
            {
                // Distinct times, so that model and heap agree on who is soonest.
                long fullAt = (random.NextInt64(1, 1_000) * 100_000) + i;
                if (!model.ContainsKey(key) && model.Count == capacity)
                {
                    RemoveSoonest(model);
                }

                heap.Set(key, fullAt);
                model[key] = fullAt;
            }

            Assert.Equal(model.Count, heap.Count);
            Assert.Equal(model.Count == capacity, heap.IsAtCapacity);
            Assert.Equal(model.TryGetValue(key, out long expected), heap.TryGet(key, out long actual));
            Assert.Equal(expected, actual);
            if (model.Count > 0)
            {
                Assert.Equal(model.Values.Min(), heap.SoonestFullAt);
            }
        }
    }

    private static void RemoveSoonest(Dictionary<UInt128, long> model) => model.Remove(model.MinBy(static entry => entry.Value).Key);
}
