using EdgeSmtp.Filters.Spf.Macros;
using EdgeSmtp.Filters.Spf.Records;

namespace EdgeSmtp.Filters.Spf.Evaluation;

/// <summary>Reads what operators write in the language of SPF. Empty text is none.</summary>
internal static class PolicyText
{
    /// <summary>More would ask the DNS more than a record may.</summary>
    private const int LookupsMax = 10;

    public static bool TryRecord(string? text, out SpfRecord? record, out string problem)
    {
        record = null;
        problem = string.Empty;
        if (string.IsNullOrWhiteSpace(text))
        {
            return true;
        }

        bool hasVersion = text.StartsWith("v=spf1", StringComparison.OrdinalIgnoreCase);
        if (!(hasVersion ? SpfRecordParser.TryParse(text, out record, out problem) : SpfRecordParser.TryParseTerms(text, out record, out problem)))
        {
            return false;
        }

        if (record.Mechanisms.Count(static mechanism => mechanism.AsksDns) > LookupsMax)
        {
            problem = $"more than {LookupsMax} mechanisms that ask the DNS";
            return false;
        }

        return true;
    }

    public static bool TryLocalPolicy(string? text, out SpfRecord? record, out string problem)
    {
        if (!TryRecord(text, out record, out problem))
        {
            return false;
        }

        if (record is { Redirect: null, Explanation: null } or null)
        {
            return true;
        }

        problem = "modifiers have no place in it";
        return false;
    }

    public static bool TryExplanation(string? text, out MacroString? macro)
    {
        macro = null;
        return string.IsNullOrWhiteSpace(text) || MacroParser.TryParse(text, MacroUse.Explanation, out macro);
    }
}
