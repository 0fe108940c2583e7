using System.Text.RegularExpressions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Architecture;

/// <summary>The table of what became of each Spamcontrol switch names tests that exist.</summary>
public sealed partial class SpamcontrolTableTests
{
    [Fact]
    public void EveryRow_NamesATestThatExists()
    {
        Dictionary<string, string> sources = SourceTree.Files("*.cs", "tests")
            .ToLookup(static path => Path.GetFileNameWithoutExtension(path), StringComparer.Ordinal)
            .ToDictionary(static files => files.Key, static files => string.Concat(files.Select(File.ReadAllText)), StringComparer.Ordinal);
        var bad =
            from row in Rows()
            let tests = TestName().Matches(row.Split('|')[3])
            where tests.Count == 0 || tests.Any(test => !Exists(sources, test.Groups["class"].Value, test.Groups["method"].Value))
            select row;
        House.HasNo(bad);
    }

    private static bool Exists(Dictionary<string, string> sources, string type, string method) =>
        sources.TryGetValue(type, out string? source) && source.Contains($" {method}(", StringComparison.Ordinal);

    private static IEnumerable<string> Rows() =>
        File.ReadAllLines(SourceTree.PathOf("docs/spamcontrol.md"))
            .Where(static line => line.StartsWith('|') && !line.StartsWith("|---", StringComparison.Ordinal) && !line.StartsWith("| Spamcontrol ", StringComparison.Ordinal));

    [GeneratedRegex("`(?<class>[A-Za-z0-9]+)\\.(?<method>[A-Za-z0-9_]+)`")]
    private static partial Regex TestName();
}
