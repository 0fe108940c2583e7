namespace EdgeSmtp.Tests.Unit.Client;

/// <summary>A clock whose timers never fire, and which keeps what they were set to.</summary>
internal sealed class TimerRecorder : TimeProvider
{
    private readonly List<List<double>> _timers = [];

    /// <summary>Every finite time that one timer was set to, in seconds.</summary>
    public IReadOnlyList<double> SecondsOf(int timer) => _timers[timer];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        List<double> seconds = [];
        _timers.Add(seconds);
        Recorded timer = new(seconds);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Recorded(List<double> seconds) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != Timeout.InfiniteTimeSpan) seconds.Add(dueTime.TotalSeconds);
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
