using System.Globalization;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>A control group with a memory limit, where this machine lets us make one (version 1 or 2).</summary>
internal sealed class MemoryGroup : IDisposable
{
    private readonly string _folder;

    private MemoryGroup(string folder) => _folder = folder;

    /// <summary>The file into which a process writes its id to be a member.</summary>
    public string ProcessesFile => Path.Combine(_folder, "cgroup.procs");

    public static MemoryGroup? TryCreate(long bytes)
    {
        string limit = bytes.ToString(CultureInfo.InvariantCulture);
        return TryCreate("/sys/fs/cgroup/memory", "memory.limit_in_bytes", limit) ?? TryCreate("/sys/fs/cgroup", "memory.max", limit);
    }

    // The members have ended when this is called; the kernel may take a moment to notice.
    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder);
        }
        catch (IOException)
        {
            // An empty group that stays behind costs nothing.
        }
    }

    private static MemoryGroup? TryCreate(string root, string limitFile, string limit)
    {
        if (!Directory.Exists(root))
            return null;
        string folder = Path.Combine(root, $"edgesmtp-test-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        try
        {
            File.WriteAllText(Path.Combine(folder, limitFile), limit);
            return new(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Directory.Delete(folder);
            return null;
        }
    }
}
