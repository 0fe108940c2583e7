using System.Text;
using EdgeSmtp.Filters.Spf.Records;

namespace EdgeSmtp.Fuzz;

/// <summary>The reader of SPF records: it never throws, says what is wrong in printable words, and takes again what it took.</summary>
public sealed class SpfRecordTarget : IFuzzTarget
{
    private const int ProblemMax = 200;

    public string Name => "spf-record";

    public IReadOnlyList<string> Assemblies => ["EdgeSmtp.Filters.Spf.dll"];

    public void Run(ReadOnlySpan<byte> input) => Check(Encoding.Latin1.GetString(input));

    /// <summary>Checks a record without its version.</summary>
    public static void Check(string text)
    {
        bool isRecord = SpfRecordParser.TryParseTerms(text, out SpfRecord? record, out string problem);
        Broken.Unless(isRecord == record is not null, "a record comes with a yes");
        Broken.Unless(isRecord == (problem.Length == 0), "a problem comes with a no");
        Broken.Unless(problem.Length < ProblemMax && !problem.AsSpan().ContainsAnyExceptInRange(' ', '~'), "a problem is short and printable");
        Broken.Unless(isRecord == SpfRecordParser.TryParse($"v=spf1 {text}", out _, out _), "a record is one with its version too");
        if (record is not null) CheckAgain(record);
    }

    /// <summary>Parsed again from what it was written as, a mechanism is the same.</summary>
    private static void CheckAgain(SpfRecord record)
    {
        string again = string.Join(' ', record.Mechanisms.Where(static mechanism => !mechanism.Text.EndsWith("...", StringComparison.Ordinal)).Select(static mechanism => mechanism.Text));
        Broken.Unless(SpfRecordParser.TryParseTerms(again, out SpfRecord? second, out string problem), $"'{again}' is taken again: {problem}");
        Broken.Unless(again == string.Join(' ', second!.Mechanisms.Select(static mechanism => mechanism.Text)), $"'{again}' stays the same");
    }
}
