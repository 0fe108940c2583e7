namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>A folder of one fixture, removed with it. Its path is short, because Unix sockets inside it may have at most 107 bytes.</summary>
internal sealed class TempFolder : IDisposable
{
    public TempFolder()
    {
        Path = Directory.CreateTempSubdirectory("es-").FullName;
        // Servers that drop to their own user have to reach what is theirs inside.
        File.SetUnixFileMode(Path, Traversable);
    }

    public static UnixFileMode Traversable { get; } =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.GroupRead | UnixFileMode.OtherExecute | UnixFileMode.OtherRead;

    public static UnixFileMode WritableByAll { get; } =
        Traversable | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    public string Path { get; }

    public string PathOf(string relative) => System.IO.Path.Combine(Path, relative);

    public string Folder(string relative, UnixFileMode? mode = null)
    {
        string path = PathOf(relative);
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, mode ?? Traversable);
        return path;
    }

    public string Write(string relative, string text)
    {
        string path = PathOf(relative);
        File.WriteAllText(path, text);
        return path;
    }

    // A server that was killed may still be writing its last file while the folder goes; the second try then finds it quiet.
    public void Dispose()
    {
        for (int attempt = 0; attempt < 3 && Directory.Exists(Path); attempt++)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
            }
            catch (IOException) when (attempt < 2)
            {
            }
        }
    }
}
