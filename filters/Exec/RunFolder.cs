using System.Globalization;

namespace EdgeSmtp.Filters.Exec;

/// <summary>The folder of one run: the working directory of the program, what it reads, and what it hands on. For us alone, and gone with the run.</summary>
internal sealed class RunFolder : IDisposable
{
    private const UnixFileMode ForOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string Prefix = "edgesmtp-exec-";

    // Of what stands behind the name of a program in /proc, which may hold anything.
    private const int StartField = 19;

    private static readonly string Server = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}.{StartOf("self")}");

    private readonly ExecLog _log;

    private RunFolder(string path, ExecLog log)
    {
        Path = path;
        _log = log;
    }

    public string Path { get; }

    public string Message => System.IO.Path.Combine(Path, "edgesmtp-message");

    public string Envelope => System.IO.Path.Combine(Path, "edgesmtp-envelope");

    /// <summary>What the program finds as qmail-queue, by its whole path.</summary>
    public string QmailQueue => System.IO.Path.Combine(Path, "bin", "qmail-queue");

    /// <summary>Whether the program handed a message on, all of it.</summary>
    public bool IsQueued => File.Exists(OutFile(Shim.DoneName));

    public static RunFolder Create(string parent, string shim, ExecLog log)
    {
        Directory.CreateDirectory(parent, ForOwner);
        string name = $"{Prefix}{Server}-{Guid.NewGuid():N}";
        RunFolder folder = new(System.IO.Path.Combine(parent, name), log);
        try
        {
            Directory.CreateDirectory(System.IO.Path.Combine(folder.Path, "bin"), ForOwner);
            File.CreateSymbolicLink(folder.QmailQueue, shim);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Removes the folders of servers that did not end by themselves: in memory nothing else ever does. A number is another's soon, and in a container always our own, so that the time at
    /// which a process started tells it from those before.
    /// </summary>
    public static void Sweep(string parent)
    {
        if (!Directory.Exists(parent))
        {
            return;
        }

        foreach (string path in Directory.GetDirectories(parent, Prefix + "*"))
        {
            string[] server = System.IO.Path.GetFileName(path)[Prefix.Length..].Split('-')[0].Split('.');
            if (StartOf(server[0]) is not { } start || (server.Length > 1 && server[1] != start))
            {
                TryRemove(path);
            }
        }
    }

    public string OutFile(string name) => System.IO.Path.Combine(Path, Shim.OutName, name);

    /// <inheritdoc />
    public void Dispose()
    {
        if (!TryRemove(Path))
        {
            _log.Left(Path);
        }
    }

    /// <summary>When a process started, in ticks of the machine; <c>null</c> when there is none.</summary>
    private static string? StartOf(string process)
    {
        try
        {
            string state = File.ReadAllText($"/proc/{process}/stat");
            return state[(state.LastIndexOf(')') + 2)..].Split(' ')[StartField];
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool TryRemove(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A daemon that the program left behind still writes there, or it locked us out. Neither is a reason to lose the verdict.
            return !Directory.Exists(path);
        }
    }
}
