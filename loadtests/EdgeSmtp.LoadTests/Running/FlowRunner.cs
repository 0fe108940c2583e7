using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using EdgeSmtp.LoadTests.Measuring;
using EdgeSmtp.LoadTests.Profiles;
using EdgeSmtp.LoadTests.Scenarios;

namespace EdgeSmtp.LoadTests.Running;

/// <summary>Starts the arrivals of one flow when they are due.</summary>
/// <param name="flow">The flow.</param>
/// <param name="statistics">Where they are counted.</param>
/// <param name="targets">The nodes.</param>
/// <param name="time">The clock.</param>
internal sealed class FlowRunner(Flow flow, FlowStatistics statistics, IReadOnlyList<IPEndPoint> targets, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    /// <summary>Runs until every arrival has ended.</summary>
    /// <param name="stop">Begins no more.</param>
    /// <param name="ending">Ends what runs.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken ending)
    {
        if (flow.Load is ArrivalProfile arrivals)
        {
            await ArriveAsync(arrivals, stop, ending);
        }
        else
        {
            await HoldAsync((ConstantSessions)flow.Load, stop, ending);
        }

        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20), time);
        while (statistics.InFlight > 0 && !ending.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task ArriveAsync(ArrivalProfile profile, CancellationToken stop, CancellationToken ending)
    {
        long began = time.GetTimestamp();
        long started = 0;
        using PeriodicTimer timer = new(Tick, time);
        while (!stop.IsCancellationRequested)
        {
            TimeSpan elapsed = time.GetElapsedTime(began);
            bool isOver = elapsed >= profile.Duration;
            long due = (long)profile.DueBy(isOver ? profile.Duration : elapsed);
            for (; started < due; started++)
            {
                if (statistics.InFlight >= flow.InFlightMax)
                {
                    statistics.CountShed();
                    continue;
                }

                _ = OneAsync(started, began + (long)(IntendedAt(profile, started, elapsed).TotalSeconds * time.TimestampFrequency), ending);
            }

            if (isOver)
            {
                return;
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    // When the arrival was due: found by halving, for DueBy only grows.
    private static TimeSpan IntendedAt(ArrivalProfile profile, long number, TimeSpan latest)
    {
        TimeSpan low = TimeSpan.Zero;
        TimeSpan high = latest;
        while (high - low > TimeSpan.FromMicroseconds(50))
        {
            TimeSpan middle = low + ((high - low) / 2);
            (low, high) = profile.DueBy(middle) < number + 1 ? (middle, high) : (low, middle);
        }

        return high;
    }

    private async Task HoldAsync(ConstantSessions profile, CancellationToken stop, CancellationToken ending)
    {
        long began = time.GetTimestamp();
        using PeriodicTimer timer = new(Tick, time);
        long number = 0;
        while (!stop.IsCancellationRequested && time.GetElapsedTime(began) < profile.Duration)
        {
            double share = profile.RampUp > TimeSpan.Zero ? Math.Min(1, time.GetElapsedTime(began) / profile.RampUp) : 1;
            for (; statistics.InFlight < (long)Math.Ceiling(profile.Sessions * share); number++)
            {
                _ = OneAsync(number, time.GetTimestamp(), ending);
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task OneAsync(long number, long intended, CancellationToken ending)
    {
        statistics.Start();
        try
        {
            // An arrival must not hold up the next one by what it does before its first wait.
            await Task.Yield();
            await flow.RunAsync(new FlowRun(statistics, targets, number, intended, time, ending));
        }
        catch (FlowException failure)
        {
            statistics.Fail(failure.Message);
        }
        catch (OperationCanceledException)
        {
            statistics.Fail("unfinished at the end");
        }
        catch (SocketException error)
        {
            statistics.Fail($"socket: {error.SocketErrorCode}");
        }
        catch (Exception error) when (error is IOException or AuthenticationException or ObjectDisposedException)
        {
            statistics.Fail(error.InnerException is SocketException inner ? $"socket: {inner.SocketErrorCode}" : error.GetType().Name);
        }
        finally
        {
            statistics.End();
        }
    }
}
