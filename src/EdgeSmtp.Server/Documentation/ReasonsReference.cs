using System.Globalization;
using System.Reflection;
using System.Text;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Server.Documentation;

/// <summary>Writes <c>docs/reasons.md</c>: every reply that a built-in filter may cause.</summary>
internal static class ReasonsReference
{
    /// <summary>The whole file.</summary>
    public static string Create()
    {
        StringBuilder text = new();
        text.Append(MarkdownTable.Head("Reasons", "docs reasons"));
        text.Append("The token is the metric label, the log field, and the key under `Replies` with which an operator replaces the text.\n\n");
        text.Append("| Filter | Token | Verdict | Reply |\n|---|---|---|---|\n");
        foreach ((string filter, FilterReason reason) in Find())
        {
            string reply = reason.Kind >= VerdictKind.Defer ? $"{reason.Code} {reason.EnhancedCode} {reason.Text}" : reason.Text;
            text.Append(CultureInfo.InvariantCulture, $"| {filter} | `{reason.Token}` | {reason.Kind} | {MarkdownTable.Cell(reply)} |\n");
        }

        return text.ToString();
    }

    /// <summary>All reasons with the class that declares them.</summary>
    public static IEnumerable<(string Filter, FilterReason Reason)> Find() =>
        from assembly in ProductAssemblies.All
        from type in assembly.GetTypes()
        from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
        where field.FieldType == typeof(FilterReason)
        let reason = (FilterReason)field.GetValue(null)!
        orderby type.Name, reason.Token
        select (type.Name.EndsWith("Filter", StringComparison.Ordinal) ? type.Name[..^6] : type.Name, reason);
}
