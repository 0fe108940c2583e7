using System.Text.RegularExpressions;
using EdgeSmtp.Server.Metrics;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Architecture;

/// <summary>The queries that stand for the series of qmail's statistics ask for series and reasons that exist.</summary>
public sealed partial class QmailMrtgTests
{
    private static readonly string[] Rows =
        [.. File.ReadAllLines(SourceTree.PathOf("docs/qmailmrtg.md")).Where(static line => line.StartsWith("| ", StringComparison.Ordinal) && line.Contains("edgesmtp_", StringComparison.Ordinal))];

    [Fact]
    public void EverySeries_IsDeclared()
    {
        HashSet<string> declared = [.. MetricCatalog.Find().Select(static declaration => declaration.Name)];
        Assert.True(Rows.Length > 30);
        House.HasNo(Rows.SelectMany(static row => SeriesName().Matches(row)).Select(static match => match.Value).Where(name => !declared.Contains(name) && !declared.Contains(name.Replace("_bucket", string.Empty, StringComparison.Ordinal))));
    }

    [Fact]
    public void EveryReason_IsDeclaredByTheFilterThatIsNamed()
    {
        string reasons = File.ReadAllText(SourceTree.PathOf("docs/reasons.md"));
        var unknown =
            from row in Rows
            let filter = row.TrimEnd('|', ' ').Split('|')[^1].Trim()
            where File.Exists(SourceTree.PathOf($"filters/{filter}/{filter}Filter.cs"))
            from Match reason in Reasons().Matches(row)
            from token in reason.Groups[1].Value.Split(["\\|"], StringSplitOptions.None)
            where !reasons.Contains($"| {filter} | `{token}` |", StringComparison.Ordinal)
            select $"{filter}: {token}";
        House.HasNo(unknown);
    }

    [GeneratedRegex("edgesmtp_[a-z0-9_]+")]
    private static partial Regex SeriesName();

    [GeneratedRegex("reason=~?\"([^\"]+)\"")]
    private static partial Regex Reasons();
}
