using EdgeSmtp.Delivery.Attempts;

namespace EdgeSmtp.Delivery.Scheduling;

/// <summary>
/// Gives the places for running transactions to destinations, in turn. No thread belongs to a delivery: a worker is an asynchronous loop that runs one batch after the other and ends when there is
/// nothing left to start.
/// </summary>
/// <param name="run">Runs one batch to its end; never throws.</param>
internal sealed class LaneScheduler(Func<DeliveryBatch, ValueTask> run)
{
    private readonly Lock _gate = new();
    private readonly Queue<Lane> _line = new();
    private int _running;
    private bool _stopped;

    /// <summary>Transactions at once.</summary>
    public int ConcurrencyMax { get; set; } = 1;

    /// <summary>Transactions running.</summary>
    public int Running
    {
        get
        {
            lock (_gate) return _running;
        }
    }

    /// <summary>Whether the destination has as much waiting as it may while room is scarce.</summary>
    public bool IsBacklogged(Lane lane, int batchesMax, long bytesMax)
    {
        lock (_gate) return lane.Waiting.Count >= batchesMax || (lane.Waiting.Count > 0 && lane.WaitingBytes >= bytesMax);
    }

    /// <summary>Whether nothing waits, runs or stands in line.</summary>
    public bool IsIdle(Lane lane)
    {
        lock (_gate) return lane.Waiting.Count == 0 && lane.Running == 0;
    }

    /// <summary>Starts a batch, or lets it wait for its turn.</summary>
    /// <returns>False when the scheduler has been stopped.</returns>
    public bool Enqueue(DeliveryBatch batch)
    {
        Lane lane = batch.Lane;
        lock (_gate)
        {
            if (_stopped) return false;
            bool starts = lane.Running < lane.Route.Concurrency && lane.Waiting.Count == 0 && _running < ConcurrencyMax;
            if (!starts)
            {
                lane.Waiting.Enqueue(batch);
                lane.WaitingBytes += batch.Attempt.Bytes;
                lane.Meters.Waiting.Add(1);
                StandInLine(lane);
                if (_running >= ConcurrencyMax || !TryTake(out batch)) return true;
            }
            else
            {
                Count(lane);
            }
        }

        _ = WorkAsync(batch);
        return true;
    }

    /// <summary>Starts what a reload has made room for.</summary>
    public void Fill()
    {
        while (true)
        {
            DeliveryBatch batch;
            lock (_gate)
            {
                if (_stopped || _running >= ConcurrencyMax || !TryTake(out batch)) return;
            }

            _ = WorkAsync(batch);
        }
    }

    /// <summary>Starts nothing more. What waits stays with its messages, which go back to the store.</summary>
    public void Stop()
    {
        lock (_gate) _stopped = true;
    }

    private async Task WorkAsync(DeliveryBatch batch)
    {
        while (true)
        {
            await run(batch);
            lock (_gate)
            {
                Lane lane = batch.Lane;
                lane.Running--;
                _running--;
                lane.Meters.InFlight.Add(-1);
                StandInLine(lane);
                // After a reload there may be fewer places than workers.
                if (_stopped || _running >= ConcurrencyMax || !TryTake(out batch)) return;
            }
        }
    }

    private void StandInLine(Lane lane)
    {
        if (lane.IsInLine || !lane.CanStart) return;
        lane.IsInLine = true;
        _line.Enqueue(lane);
    }

    /// <summary>Takes the first batch of the destination whose turn it is, which then goes to the end of the line.</summary>
    private bool TryTake(out DeliveryBatch batch)
    {
        while (_line.TryDequeue(out Lane? lane))
        {
            lane.IsInLine = false;
            if (!lane.CanStart) continue;
            batch = lane.Waiting.Dequeue();
            lane.WaitingBytes -= batch.Attempt.Bytes;
            lane.Meters.Waiting.Add(-1);
            Count(lane);
            StandInLine(lane);
            return true;
        }

        batch = null!;
        return false;
    }

    private void Count(Lane lane)
    {
        lane.Running++;
        _running++;
        lane.Meters.InFlight.Add(1);
    }
}
