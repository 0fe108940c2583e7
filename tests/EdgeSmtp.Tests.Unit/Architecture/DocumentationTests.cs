using System.Text.RegularExpressions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Architecture;

/// <summary>What the documents point at is there.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void RelativeLinks_OfEveryDocument_LeadSomewhere()
    {
        var broken =
            from document in SourceTree.Files("*.md", "docs", "filters", "src", "tests").Concat(Directory.GetFiles(SourceTree.Root, "*.md"))
            from Match link in RelativeLink().Matches(File.ReadAllText(document))
            let target = Path.Combine(Path.GetDirectoryName(document)!, link.Groups[1].Value)
            where !Path.Exists(target)
            select $"{SourceTree.Relative(document)}: {link.Groups[1].Value}";
        House.HasNo(broken);
    }

    [Fact]
    public void Readme_Names_TheTwoCommands()
    {
        string readme = File.ReadAllText(SourceTree.PathOf("README.md"));
        Assert.Contains("dotnet run --project src/EdgeSmtp.Server", readme, StringComparison.Ordinal);
        Assert.Contains("bash tests/run.sh", readme, StringComparison.Ordinal);
        Assert.Contains("exec bash tests/run.sh", File.ReadAllText(SourceTree.PathOf(".ci/run")), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\]\((?![a-z]+:|#)([^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex RelativeLink();
}
