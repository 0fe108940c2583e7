namespace EdgeSmtp.Filters.Exec;

/// <summary>
/// What programs find as <c>bin/qmail-queue</c>: a script of six lines, which keeps what it is fed beside the folder it was called in. One file for all runs, since a file in memory may not be
/// allowed to be executed; each run has a link to it, and by the name it was called with the script knows which run it belongs to. So it needs neither working directory nor environment,
/// and nothing of a run costs the start of a second .NET program.
/// </summary>
internal sealed class Shim : IDisposable
{
    public const string MessageName = "message";
    public const string EnvelopeName = "envelope";
    public const string DoneName = "done";
    public const string OutName = "edgesmtp-queued";

    private const UnixFileMode ExecutableByOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string Script = $"""
        #!/bin/sh
        # qmail-queue for a program that EdgeSmtp runs: a message on descriptor 0, then its envelope on descriptor 1. A run has one message.
        case $0 in */*) out=${"{0%/*}"}/../{OutName} ;; *) out=../{OutName} ;; esac
        umask 077
        mkdir "$out" 2>/dev/null || exit 81
        cat >"$out/{MessageName}" || exit 53
        cat 0<&1 >"$out/{EnvelopeName}" || exit 53
        : >"$out/{DoneName}" || exit 53

        """;

    /// <summary>Writes the script.</summary>
    /// <param name="folder">Where programs may be executed.</param>
    /// <param name="filter">Name of the filter that it is for.</param>
    public Shim(string folder, string filter)
    {
        Directory.CreateDirectory(folder, ExecutableByOwner);
        Path = System.IO.Path.Combine(folder, $"qmail-queue-{filter}");
        File.WriteAllText(Path, Script);
        File.SetUnixFileMode(Path, ExecutableByOwner);
    }

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <inheritdoc />
    public void Dispose() => File.Delete(Path);
}
