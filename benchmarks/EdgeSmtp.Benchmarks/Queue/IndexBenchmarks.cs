using BenchmarkDotNet.Attributes;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Index;
using EdgeSmtp.Queue.Journal;

namespace EdgeSmtp.Benchmarks.Queue;

/// <summary>The index of a queue with 100,000 deferred messages: finding one, and giving one another time.</summary>
[MemoryDiagnoser]
public class IndexBenchmarks
{
    private const int Messages = 100_000;
    private const long Minute = 60_000;
    private readonly MessageIndex _index = new();
    private readonly MessageId[] _due = new MessageId[1];
    private long _now;

    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < Messages; i++)
        {
            _index.Put((ulong)i + 1, i, 4096, new RecordPlace(0, i, 4096), -1, new MessageState(1, false, i * Minute, 1, default, null));
        }
    }

    [Benchmark]
    public int Find() => _index.Find(Messages / 2);

    [Benchmark]
    public int TakeDueAndDefer()
    {
        _now = _index.NextDue ?? _now;
        int count = _index.TakeDue(MessageLane.Delivery, _now, _due);
        int number = _index.Find(_due[0].Value);
        _index.SetNext(number, _now + (Messages * Minute));
        _index.SetFlags(number, EntryFlags.None);
        return count;
    }
}
