using System.Collections.Concurrent;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Tests.Unit.Toolkit;

/// <summary>Keeps what is counted.</summary>
internal sealed class RecordingMeter : FilterMeter
{
    private readonly ConcurrentDictionary<string, double> _counts = new();
    private readonly ConcurrentDictionary<string, double> _levels = new();
    private int _calls;

    public int Calls => _calls;

    public override void Count(string what, double amount = 1) => _counts.AddOrUpdate(what, amount, (_, before) => before + amount);

    public override void Level(string what, double value) => _levels[what] = value;

    public override void Took(TimeSpan elapsed) => Interlocked.Increment(ref _calls);

    public double CountOf(string what) => _counts.GetValueOrDefault(what);

    public double LevelOf(string what) => _levels.GetValueOrDefault(what, double.NaN);
}
