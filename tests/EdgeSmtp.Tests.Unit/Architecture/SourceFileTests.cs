using System.Text.RegularExpressions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Architecture;

/// <summary>House rules about single source files that no analyzer knows.</summary>
public sealed partial class SourceFileTests
{
    private const int LinesMax = 400;

    [Fact]
    public void SourceFiles_Length_StaysReadable()
    {
        var tooLong =
            from path in SourceTree.Files("*.cs", "src", "filters")
            let lines = File.ReadLines(path).Count()
            where lines > LinesMax
            select $"{SourceTree.Relative(path)}: {lines} lines";
        House.HasNo(tooLong);
    }

    // An unmet requirement names its RFC, so that the gaps are a grep; any other unfinished thought belongs in an issue.
    [Fact]
    public void Todo_InSources_NamesItsRfc()
    {
        var bad = Lines("*.cs", "src", "filters")
            .Where(line => Unfinished().IsMatch(line.Text) && !line.Text.Contains("TODO RFC", StringComparison.Ordinal));
        House.HasNo(bad);
    }

    [Fact]
    public void Sources_ThatAreStubs_DoNotExist()
    {
        var bad = Lines("*.cs", "src", "filters").Where(line => line.Text.Contains("NotImplementedException", StringComparison.Ordinal));
        House.HasNo(bad);
    }

    // A clone works wherever it lies.
    [Fact]
    public void Files_OfTheProject_NameNoFolderOfOneMachine()
    {
        string[] folders = ["src", "filters", "tests", "benchmarks", "loadtests", "docs", "grafana", ".ci"];
        var bad = new[] { "*.cs", "*.csproj", "*.json", "*.sh", "*.md", "*.py", "run" }
            .SelectMany(pattern => Lines(pattern, folders))
            .Concat(SourceTree.RootFiles.SelectMany(LinesOf))
            .Where(line => MachinePath().IsMatch(line.Text));
        House.HasNo(bad);
    }

    // File = type and folder = namespace: a reader finds a type by its name alone.
    [Fact]
    public void SourceFiles_Namespace_IsTheirFolder()
    {
        var bad =
            from path in SourceTree.Files("*.cs", "src")
            let relative = SourceTree.Relative(path)
            let expected = Path.GetDirectoryName(relative)!.Replace('\\', '/')["src/".Length..].Replace('/', '.')
            let declared = File.ReadLines(path).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))
            where declared is not null && declared != $"namespace {expected};"
            select $"{relative}: {declared}";
        House.HasNo(bad);
    }

    private static IEnumerable<(string Where, string Text)> Lines(string pattern, params string[] folders) =>
        SourceTree.Files(pattern, folders).SelectMany(LinesOf);

    private static IEnumerable<(string Where, string Text)> LinesOf(string path) =>
        File.ReadLines(path).Select((text, index) => ($"{SourceTree.Relative(path)}:{index + 1}", text));

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex("(?<![\\w.*])/(home|root|w[o]rk|Users|mnt)/[a-z]")]
    private static partial Regex MachinePath();
}
