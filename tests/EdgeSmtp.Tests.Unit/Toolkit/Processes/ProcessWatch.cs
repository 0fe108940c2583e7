using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit.Processes;

/// <summary>Whether a process is there.</summary>
internal static class ProcessWatch
{
    /// <summary>Waits for the end of a process. A killed one closes its files, by which we know of its end, a moment before it is gone.</summary>
    public static async Task EndsAsync(int process)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (IsRunning(process))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(30), $"{process} still runs.");
            await Task.Yield();
        }
    }

    /// <summary>Whether a process runs. A killed one whose parent has not yet asked for its end is a zombie.</summary>
    public static bool IsRunning(int process)
    {
        try
        {
            string state = File.ReadAllText($"/proc/{process}/stat");
            return state[state.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
