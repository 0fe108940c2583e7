using System.Globalization;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>Processes and their parents, read from /proc.</summary>
internal static class ProcessTree
{
    public static int[] ChildrenOf(int parent) =>
    [
        .. from folder in Directory.GetDirectories("/proc")
           let id = int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0
           where id > 0 && ParentOf(id) == parent
           select id,
    ];

    /// <summary>Processor time of a process so far.</summary>
    public static TimeSpan CpuOf(int process)
    {
        using System.Diagnostics.Process running = System.Diagnostics.Process.GetProcessById(process);
        return running.TotalProcessorTime;
    }

    private static int ParentOf(int id)
    {
        try
        {
            // The name in parentheses may hold blanks: what counts stands behind the last one.
            string text = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
