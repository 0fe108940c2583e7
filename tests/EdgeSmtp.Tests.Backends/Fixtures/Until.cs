using System.Diagnostics;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>Waits for something to become true by asking again: a fixed time is either too short or too long.</summary>
internal static class Until
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    public static TimeSpan Soon { get; } = TimeSpan.FromSeconds(30);

    public static Task TrueAsync(Func<bool> condition, TimeSpan limit, Func<string> otherwise) =>
        TrueAsync(() => Task.FromResult(condition()), limit, otherwise);

    /// <summary>
    /// Waits for a count that comes from the log of a program, and tells it when it is too high too: scanners answer first and write their log after that.
    /// </summary>
    public static async Task CountAsync(int expected, Func<int> count)
    {
        await TrueAsync(() => count() >= expected, Soon, () => $"{count()} of {expected}");
        Assert.Equal(expected, count());
    }

    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan limit, Func<string> otherwise)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > limit)
                throw new TimeoutException($"After {limit.TotalSeconds:0} s: {otherwise()}");
            await Task.Delay(Pause, TimeProvider.System);
        }
    }
}
