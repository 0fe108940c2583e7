using System.Globalization;
using System.Text;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Server.Metrics;

namespace EdgeSmtp.Server.Documentation;

/// <summary>Writes <c>docs/metrics.md</c>.</summary>
internal static class MetricsReference
{
    /// <summary>The whole file.</summary>
    public static string Create()
    {
        StringBuilder text = new();
        text.Append(MarkdownTable.Head("Metrics", "docs metrics"));
        text.Append("Labels take their values only from configuration names and declared tokens; addresses and domains of strangers never become labels.\n\n");
        text.Append("| Series | Kind | Labels | Meaning |\n|---|---|---|---|\n");
        foreach (MetricDeclaration metric in MetricCatalog.Find())
        {
            string labels = string.Join(", ", metric.LabelNames.Select(static label => $"`{label}`"));
            text.Append(CultureInfo.InvariantCulture, $"| `{metric.Name}` | {metric.Kind.ToString().ToLowerInvariant()} | {labels} | {MarkdownTable.Cell(metric.Help)} |\n");
        }

        return text.ToString();
    }
}
