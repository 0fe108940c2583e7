using System.Text.RegularExpressions;

namespace EdgeSmtp.LoadTests.Monitoring;

/// <summary>One query of a panel.</summary>
/// <param name="Expression">The query.</param>
/// <param name="Legend">Name of its lines, with labels in braces.</param>
internal sealed partial record PanelQuery(string Expression, string Legend)
{
    /// <summary>The name of a line.</summary>
    /// <param name="labels">Its labels.</param>
    public string NameOf(IReadOnlyDictionary<string, string> labels) => Label().Replace(Legend, match => labels.GetValueOrDefault(match.Groups[1].Value, string.Empty));

    [GeneratedRegex(@"\{\{\s*(\w+)\s*\}\}")]
    private static partial Regex Label();
}
