using System.Diagnostics;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>Waits for something to become true by asking again: a fixed time is either too short or too long.</summary>
internal static class Until
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    public static TimeSpan Soon { get; } = TimeSpan.FromSeconds(30);

    public static Task TrueAsync(Func<bool> condition, TimeSpan limit, Func<string> otherwise) =>
        TrueAsync(() => Task.FromResult(condition()), limit, otherwise);

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
