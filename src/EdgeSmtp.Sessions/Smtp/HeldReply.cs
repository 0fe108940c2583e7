using EdgeSmtp.Sessions.Connections;

namespace EdgeSmtp.Sessions.Smtp;

/// <summary>Holds a reply back because filters want it. Costs a timer and no thread, and reads on meanwhile, so that a client that leaves is noticed.</summary>
internal static class HeldReply
{
    /// <summary>What is read ahead during the wait. A client that pipelines more is not read from until the wait is over.</summary>
    public const int ReadAheadBytesMax = 64 * 1024;

    /// <summary>How often a wait that does not read looks for a shutdown.</summary>
    public static TimeSpan Glance { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Waits.</summary>
    /// <param name="session">The session; its earlier replies are sent first, so that a client that pipelines sees that it goes on.</param>
    /// <param name="hold">How long.</param>
    /// <returns><c>null</c> when the reply is to be given now; else how the session ends.</returns>
    public static async ValueTask<Next?> WaitAsync(SmtpSession session, TimeSpan hold)
    {
        await session.Channel.FlushAsync();
        TimeProvider time = session.Services.Time;
        long began = time.GetTimestamp();
        session.Metrics.RepliesHeld.Add(1);
        await using ITimer timer = time.CreateTimer(
            static channel => ((SessionChannel)channel!).Wake(), session.Channel, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            // Timers run on a coarser clock than timestamps and may fire a little early, so each round waits for what is left. A transaction that runs is finished
            // at a shutdown, without further delay; a client that has closed its half waits for nothing but its replies.
            for (TimeSpan left = hold; left > TimeSpan.Zero && !session.Services.Drain.IsDraining && !session.Channel.IsEnded; left = hold - time.GetElapsedTime(began))
            {
                if (session.Channel.Buffer.Length >= ReadAheadBytesMax)
                {
                    await Task.Delay(left < Glance ? left : Glance, time, CancellationToken.None);
                    continue;
                }

                timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
                ReadOutcome outcome = await session.Channel.ReadAsync(hold + session.Options.CommandTimeout);
                if (outcome is ReadOutcome.TimedOut or ReadOutcome.SessionTimedOut)
                {
                    return session.CloseFor(outcome);
                }
            }
        }
        finally
        {
            session.Metrics.RepliesHeld.Add(-1);
        }

        return null;
    }
}
