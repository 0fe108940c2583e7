namespace EdgeSmtp.Filters.Exec;

/// <summary>The folder of one run: the working directory of the program, what it reads, and what it hands on. For us alone, and gone with the run.</summary>
internal sealed class RunFolder : IDisposable
{
    private const UnixFileMode ForOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private RunFolder(string path) => Path = path;

    public string Path { get; }

    public string Message => System.IO.Path.Combine(Path, "in.message");

    public string Envelope => System.IO.Path.Combine(Path, "in.envelope");

    /// <summary>What the program finds as qmail-queue, by its whole path.</summary>
    public string QmailQueue => System.IO.Path.Combine(Path, "bin", "qmail-queue");

    /// <summary>Whether the program handed a message on, all of it.</summary>
    public bool IsQueued => File.Exists(OutFile(Shim.DoneName));

    public static RunFolder Create(string parent, string shim)
    {
        Directory.CreateDirectory(parent, ForOwner);
        RunFolder folder = new(System.IO.Path.Combine(parent, $"edgesmtp-exec-{Guid.NewGuid():N}"));
        Directory.CreateDirectory(folder.Path, ForOwner);
        Directory.CreateDirectory(System.IO.Path.Combine(folder.Path, "bin"), ForOwner);
        File.CreateSymbolicLink(folder.QmailQueue, shim);
        return folder;
    }

    public string OutFile(string name) => System.IO.Path.Combine(Path, Shim.OutName, name);

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
