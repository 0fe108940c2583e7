using System.Net;
using EdgeSmtp.LoadTests.Measuring;
using EdgeSmtp.LoadTests.Scenarios;
using EdgeSmtp.LoadTests.Servers;

namespace EdgeSmtp.LoadTests.Running;

/// <summary>Runs all flows of a scenario and looks at them once a second.</summary>
/// <param name="scenario">The scenario.</param>
/// <param name="targets">The nodes.</param>
/// <param name="group">The servers that were started for it; <c>null</c> when the target is somebody else's.</param>
/// <param name="time">The clock.</param>
internal sealed class ScenarioRunner(Scenario scenario, IReadOnlyList<IPEndPoint> targets, ServerGroup? group, TimeProvider time)
{
    /// <summary>How long what was begun may take to end after the last arrival.</summary>
    private static readonly TimeSpan EndingMax = TimeSpan.FromSeconds(60);

    private readonly List<TimelinePoint> _timeline = [];
    private FlowStatistics[] _flows = [];

    /// <summary>Runs it.</summary>
    /// <param name="watch">Sees each second.</param>
    /// <param name="stop">Ends it early; what was found so far is the result.</param>
    public async Task<RunResult> RunAsync(Action<TimelinePoint, IReadOnlyList<FlowStatistics>> watch, CancellationToken stop)
    {
        DateTimeOffset began = time.GetUtcNow();
        long from = time.GetTimestamp();
        TimeSpan longest = scenario.Flows.Max(static flow => flow.Load.Duration);
        _flows = [.. scenario.Flows.Select(flow => new FlowStatistics(flow.Name, () => ThirdOf(time.GetElapsedTime(from), longest)))];
        using CancellationTokenSource ending = new(longest + EndingMax, time);
        using CancellationTokenSource disturbing = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task disturbance = group is not null && scenario.Disturb is { } disturb ? disturb(group, time, disturbing.Token) : Task.CompletedTask;
        Task all = Task.WhenAll(scenario.Flows.Select((flow, i) => new FlowRunner(flow, _flows[i], targets, time).RunAsync(stop, ending.Token)));
        await WatchAsync(all, watch);
        await all;
        await disturbing.CancelAsync();
        await disturbance.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new RunResult(scenario.Name, string.Join(", ", targets), began, time.GetElapsedTime(from), _flows, _timeline);
    }

    private static int ThirdOf(TimeSpan elapsed, TimeSpan whole) => Math.Clamp((int)(elapsed / whole * StepStatistics.Thirds), 0, StepStatistics.Thirds - 1);

    private async Task WatchAsync(Task all, Action<TimelinePoint, IReadOnlyList<FlowStatistics>> watch)
    {
        ProcessProbe probe = new(() => group?.Processes ?? [], time);
        ProcessProbe backends = new(() => group?.BackendProcesses ?? [], time);
        probe.Sample();
        backends.Sample();
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1), time);
        long[] last = new long[4];
        while (!all.IsCompleted)
        {
            await Task.WhenAny(all, timer.WaitForNextTickAsync(CancellationToken.None).AsTask());
            long[] now = [_flows.Sum(static flow => flow.Started), _flows.Sum(static flow => flow.Ended), _flows.Sum(static flow => flow.Failed), _flows.Sum(static flow => flow.Shed)];
            (double? cores, long? bytes) = probe.Sample();
            TimelinePoint point = new(
                _timeline.Count + 1, now[0] - last[0], now[1] - last[1], now[2] - last[2], now[3] - last[3], _flows.Sum(static flow => flow.InFlight), cores, bytes, backends.Sample().Cores);
            last = now;
            _timeline.Add(point);
            watch(point, _flows);
        }
    }
}
