using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>Every byte that a process writes to files, as the kernel sees it: strace, attached while this lives.</summary>
internal sealed partial class FileWrites : IAsyncDisposable
{
    private readonly ChildProcess _strace;
    private readonly string _file;

    private FileWrites(ChildProcess strace, string file)
    {
        _strace = strace;
        _file = file;
    }

    public static async Task<FileWrites> OfAsync(int process, TempFolder folder)
    {
        Programs.Need("strace");

        // A name for each: what an earlier one said must not pass for this one's being ready.
        string name = $"strace-{Guid.NewGuid():N}";
        string file = folder.PathOf(name);
        ChildProcess strace = ChildProcess.Start(
            folder.Path, name, "strace", "-f", "-y", "-s", "0",
            "-e", "trace=write,writev,pwrite64,pwritev,pwritev2,sendfile,copy_file_range,splice,fallocate", "-o", file, "-p", $"{process}");
        // It says which threads it has; from then on it sees all of them, and their children.
        await strace.ReadyAsync(() => Task.FromResult(strace.Output.Contains("attached", StringComparison.Ordinal)));
        return new(strace, file);
    }

    /// <summary>Ends the watch and gives the bytes that were written to each file below the folder.</summary>
    public async Task<IReadOnlyDictionary<string, long>> EndAsync(string folder)
    {
        _strace.Signal(PosixSignal.Interrupt);
        await _strace.ExitAsync(Until.Soon);
        Dictionary<string, long> written = new(StringComparer.Ordinal);
        Dictionary<string, string> unfinished = new(StringComparer.Ordinal);
        int lines = 0;
        foreach (string line in await File.ReadAllLinesAsync(_file))
        {
            lines++;
            Match call = Call().Match(line);
            string thread = line[..line.IndexOf(' ', StringComparison.Ordinal)];
            if (call.Success)
                unfinished[thread] = call.Groups["path"].Value;
            Match result = Result().Match(line);
            if (!result.Success || !unfinished.Remove(thread, out string? path) || !path.StartsWith(folder, StringComparison.Ordinal))
                continue;
            written[path] = written.GetValueOrDefault(path) + long.Parse(result.Groups["bytes"].Value, CultureInfo.InvariantCulture);
        }
        Assert.True(lines > 0, "strace saw nothing at all, not even a reply to the client.");
        return written;
    }

    public ValueTask DisposeAsync() => _strace.DisposeAsync();

    // 4711 pwrite64(57</data/queue/00000001.seg>, ""..., 4096, 8192) = 4096, or the same in two lines: "… <unfinished ...>" and "4711 <... pwrite64 resumed>) = 4096".
    [GeneratedRegex(@"^\d+ +[a-z0-9_]+\(\d+<(?<path>[^>]*)>")]
    private static partial Regex Call();

    [GeneratedRegex(@"\) += (?<bytes>\d+)$")]
    private static partial Regex Result();
}
