using System.Runtime.CompilerServices;

namespace EdgeSmtp.Tests.Unit.Architecture;

/// <summary>The files of this clone, found from where this source was compiled.</summary>
internal static class SourceTree
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>Files under the named folders that are written by hand for this solution: no build output, no lock file, no template of another solution.</summary>
    public static IEnumerable<string> Files(string pattern, params string[] folders) =>
        folders.Select(PathOf)
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories))
            .Where(path => !IsBuildOutput(Relative(path)) && !IsTemplate(Relative(path)))
            .Order(StringComparer.Ordinal);

    /// <summary>What a reader sees first: the solution, the build's settings and the README.</summary>
    public static IEnumerable<string> RootFiles =>
        Directory.EnumerateFiles(Root).Where(path => Path.GetExtension(path) is ".md" or ".json" or ".props" or ".targets" or ".sln" or ".txt");

    private static bool IsTemplate(string relative) => relative.StartsWith("src/EdgeSmtp.Templates/content/", StringComparison.Ordinal);

    private static bool IsBuildOutput(string relative) =>
        relative.Split('/') is var parts && (parts.Contains("bin") || parts.Contains("obj") || parts.Contains("artifacts"));

    // The assembly lies in artifacts/bin/…, wherever the clone is; the compiled-in path is the second guess (a test host may copy the assembly).
    private static string FindRoot([CallerFilePath] string source = "")
    {
        foreach (string start in new[] { AppContext.BaseDirectory, Path.GetDirectoryName(source)! })
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "EdgeSmtp.sln")))
                    return folder.FullName;
        throw new InvalidOperationException("EdgeSmtp.sln is in no folder above this test.");
    }
}
