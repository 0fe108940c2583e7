namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>Descriptors and threads of a process, to be compared before and after what must not leave any behind.</summary>
internal sealed class Leaks
{
    // The thread pool makes threads as it needs them, and takes its time to let them go.
    private const int PoolThreads = 12;

    private readonly int _process;
    private readonly List<string> _descriptors;
    private readonly int _threads;

    public Leaks(int process)
    {
        _process = process;
        _descriptors = Descriptors;
        _threads = Threads;
    }

    // What the runtime has open of code, of its symbols for a stack trace, and of devices, as it comes to it is no leak.
    private List<string> Descriptors =>
    [
        .. Directory.GetFileSystemEntries($"/proc/{_process}/fd").Select(TargetOf).OfType<string>()
            .Where(static target => Path.GetExtension(target) is not (".dll" or ".pdb" or ".so") && !target.StartsWith("/dev/", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    private int Threads => Directory.GetDirectories($"/proc/{_process}/task").Length;

    public Task NoneAsync() => Until.TrueAsync(
        () => Descriptors.Count <= _descriptors.Count && Threads <= _threads + PoolThreads,
        Until.Soon,
        () => $"{Threads} threads, {_threads} before; descriptors before:\n{string.Join('\n', _descriptors)}\nnow:\n{string.Join('\n', Descriptors)}");

    private static string? TargetOf(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
