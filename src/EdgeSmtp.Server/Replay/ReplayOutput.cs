using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeSmtp.Server.Replay;

/// <summary>A report for people or for programs.</summary>
internal static class ReplayOutput
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>For people.</summary>
    public static string Text(ReplayReport report, int unknownQuestions)
    {
        StringBuilder text = new();
        Line(text, $"{report.Transactions} transactions with {report.Recipients} recipients in {report.Sessions} sessions");
        Note(text, report.WithoutContent, "sessions have content that was not recorded: filters that read messages were not asked there");
        Note(text, report.LeftOut, "sessions left out: no such listener, or not recorded to their end");
        Note(text, unknownQuestions, "questions to the DNS that nobody asked when this was recorded; with --dns live they are asked now");
        if (report.IsEmpty)
        {
            return text.Append("No difference.\n").ToString();
        }

        text.Append("\nRecipients that fare differently:\n");
        foreach ((string before, string after, int count, IReadOnlyList<string> examples) in report.Outcomes)
        {
            Line(text, $"{count,8}  {before} -> {after}   such as {string.Join(' ', examples)}");
        }

        text.Append("\nVerdicts that differ in number:\n");
        Line(text, $"{"before",8}  {"after",8}  filter, stage, verdict, reason");
        foreach ((ReplayVerdict verdict, (int before, int after)) in report.Verdicts)
        {
            Line(text, $"{before,8}  {after,8}  {verdict.Filter} {verdict.Stage} {verdict.Verdict} {verdict.Reason}{(verdict.Shadow ? " (shadow)" : string.Empty)}");
        }

        return text.ToString();
    }

    /// <summary>For programs.</summary>
    public static string Json(ReplayReport report, int unknownQuestions) => JsonSerializer.Serialize(
        new
        {
            sessions = report.Sessions,
            transactions = report.Transactions,
            recipients = report.Recipients,
            withoutContent = report.WithoutContent,
            leftOut = report.LeftOut,
            unknownQuestions,
            outcomes = report.Outcomes.Select(static outcome => new { before = outcome.Before, after = outcome.After, count = outcome.Count, examples = outcome.Examples }),
            verdicts = report.Verdicts.Select(static entry => new
            {
                filter = entry.Key.Filter,
                stage = entry.Key.Stage,
                verdict = entry.Key.Verdict,
                reason = entry.Key.Reason,
                shadow = entry.Key.Shadow,
                before = entry.Value.Before,
                after = entry.Value.After,
            }),
        },
        Indented) + "\n";

    private static void Note(StringBuilder text, int count, string what)
    {
        if (count > 0)
        {
            Line(text, $"{count} {what}");
        }
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
