using System.Net;
using EdgeSmtp.LoadTests.Measuring;
using EdgeSmtp.LoadTests.Smtp;

namespace EdgeSmtp.LoadTests.Running;

/// <summary>One arrival: what a flow's code works with.</summary>
/// <param name="statistics">Where its steps are counted.</param>
/// <param name="targets">The nodes, as a load balancer would spread them.</param>
/// <param name="number">Number of the arrival in its flow, from 0.</param>
/// <param name="intended">When it was meant to begin.</param>
/// <param name="time">The clock.</param>
/// <param name="ending">Fires when what still runs is to end.</param>
internal sealed class FlowRun(FlowStatistics statistics, IReadOnlyList<IPEndPoint> targets, long number, long intended, TimeProvider time, CancellationToken ending)
{
    private long _stepFrom = intended;

    public long Number => number;

    public CancellationToken Ending => ending;

    public TimeProvider Time => time;

    /// <summary>The same arrival has the same numbers in every run.</summary>
    public Random Random { get; } = new((int)(number * 7919 % int.MaxValue));

    /// <summary>Connects to the node that is next in turn.</summary>
    public Task<LoadClient> ConnectAsync(string? from = null) => ConnectAsync(targets[(int)(number % targets.Count)], from);

    /// <summary>Connects to one node.</summary>
    public async Task<LoadClient> ConnectAsync(IPEndPoint target, string? from = null) => await LoadClient.ConnectAsync(target, from, ending);

    /// <summary>All nodes.</summary>
    public IReadOnlyList<IPEndPoint> Targets => targets;

    /// <summary>Ends a step: its latency counts from the end of the one before, the first from the intended beginning of the arrival.</summary>
    /// <param name="name">The step.</param>
    public void Done(string name)
    {
        long now = time.GetTimestamp();
        statistics.Record(name, time.GetElapsedTime(_stepFrom, now));
        _stepFrom = now;
    }

    /// <summary>Leaves out of the next step what has passed: pauses that the flow makes itself.</summary>
    public void Skip() => _stepFrom = time.GetTimestamp();

    /// <summary>Ends a step if the reply is as it should be.</summary>
    /// <param name="name">The step.</param>
    /// <param name="reply">The reply.</param>
    /// <param name="code">The code that it should have.</param>
    /// <exception cref="FlowException">It has another.</exception>
    public void Expect(string name, LoadReply reply, int code)
    {
        Done(name);
        if (reply.Code != code)
        {
            throw new FlowException($"{name}: {(reply.Code == 0 ? "closed" : reply.Code)}");
        }
    }

    /// <summary>Waits.</summary>
    /// <param name="delay">How long.</param>
    public async Task PauseAsync(TimeSpan delay)
    {
        await Task.Delay(delay, time, ending);
        Skip();
    }
}
