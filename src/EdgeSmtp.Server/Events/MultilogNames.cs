namespace EdgeSmtp.Server.Events;

/// <summary>The names in a folder of multilog, and what they say of a file: <c>@label.s</c> is safe on disk, <c>@label.u</c> may lack its end.</summary>
/// <param name="folder">The folder.</param>
/// <param name="time">The clock.</param>
internal sealed class MultilogNames(string folder, TimeProvider time)
{
    private const int SetAsideLength = Tai64N.Length + 2;

    /// <summary>The file that is written.</summary>
    public string Current { get; } = Path.Combine(folder, "current");

    /// <summary>The file by which one writer keeps others away.</summary>
    public string Lock { get; } = Path.Combine(folder, "lock");

    /// <summary>Whether a file is there and was finished.</summary>
    /// <param name="path">The file.</param>
    public static bool IsWhole(string path) => File.Exists(path) && File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute);

    /// <summary>Renames a file, if there is one, by the time now. It keeps its place in the order of names.</summary>
    /// <param name="path">The file.</param>
    /// <param name="code"><c>s</c> or <c>u</c>.</param>
    public void SetAside(string path, char code)
    {
        if (!File.Exists(path))
        {
            return;
        }

        DateTimeOffset now = time.GetUtcNow();
        string name;
        do
        {
            name = Path.Combine(folder, $"{Tai64N.Text(now)}.{code}");
            now = now.AddTicks(1);
        }
        while (File.Exists(name));

        File.Move(path, name);
    }

    /// <summary>Ends what a multilog with a processor left undone in this folder.</summary>
    public void FinishProcessing()
    {
        string previous = Path.Combine(folder, "previous");
        string processed = Path.Combine(folder, "processed");
        File.Delete(Path.Combine(folder, "state"));
        File.Delete(Path.Combine(folder, "newstate"));
        if (IsWhole(processed))
        {
            File.Delete(previous);
            SetAside(processed, 's');
        }
        else
        {
            File.Delete(processed);
            SetAside(previous, 'u');
        }
    }

    /// <summary>Removes the oldest files, until there are fewer than so many beside the current one.</summary>
    /// <param name="filesMax">Files, the current one included.</param>
    public void Retain(int filesMax)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "@*").Where(static file => Path.GetFileName(file).Length == SetAsideLength).Order(StringComparer.Ordinal)];
        foreach (string old in files.Take(files.Length - filesMax + 1))
        {
            File.Delete(old);
        }
    }
}
