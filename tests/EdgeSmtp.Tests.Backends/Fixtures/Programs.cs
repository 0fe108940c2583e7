using Xunit;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>Finds the programs that the tests drive. A test whose program is missing is skipped; tests/run.sh installs them all.</summary>
internal static class Programs
{
    /// <summary>Debian's own Python, for which Debian's modules are installed; another one may come first in the path.</summary>
    public const string Python = "/usr/bin/python3";

    private static readonly string[] Folders =
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries),
        "/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin",
    ];

    /// <summary>The built server that lies beside this test assembly, of the same configuration.</summary>
    public static string Edge { get; } = FindEdge();

    public static string Find(string program) => TryFind(program) ?? throw new FileNotFoundException($"{program} is not installed.");

    public static void Need(params ReadOnlySpan<string> programs)
    {
        foreach (string program in programs)
            Assert.SkipWhen(TryFind(program) is null, $"{program} is not installed (tests/run.sh installs it).");
    }

    /// <summary>Some servers start as root only, because they switch to users of their own.</summary>
    public static void NeedRoot() => Assert.SkipUnless(Environment.IsPrivilegedProcess, "This server starts as root only.");

    private static string? TryFind(string program) =>
        program.Contains('/', StringComparison.Ordinal)
            ? File.Exists(program) ? program : null
            : Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    // artifacts/bin/EdgeSmtp.Tests.Backends/release/ -> artifacts/bin/EdgeSmtp.Server/release/edgesmtp
    private static string FindEdge()
    {
        DirectoryInfo here = new(AppContext.BaseDirectory.TrimEnd('/'));
        string path = Path.Combine(here.Parent!.Parent!.FullName, "EdgeSmtp.Server", here.Name, "edgesmtp");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: build the solution first.");
    }
}
