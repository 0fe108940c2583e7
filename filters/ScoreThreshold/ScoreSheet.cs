using System.Globalization;
using System.Text;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.ScoreThreshold;

/// <summary>The scores of one subject by name, capped, and their sum. Reused: reading allocates nothing once it has grown.</summary>
internal sealed class ScoreSheet
{
    /// <summary>Names that a text tells of; a message with more is not helped by the rest.</summary>
    private const int NamesMax = 20;

    private const int NameCharsMax = 40;

    private readonly List<NamedScore> _raw = [];
    private readonly List<NamedScore> _scores = [];

    /// <summary>The sum, to six places: what was said as 0.7 and 0.1 reaches 0.8.</summary>
    public double Total { get; private set; }

    /// <summary>Reads the scores of a subject and of the wider ones around it.</summary>
    public void Read(FilterContext context, FilterSubject subject, IReadOnlyDictionary<string, double> caps)
    {
        _raw.Clear();
        _scores.Clear();
        context.CopyScores(subject, _raw);
        foreach (NamedScore score in _raw)
        {
            Merge(score);
        }

        double total = 0;
        for (int i = 0; i < _scores.Count; i++)
        {
            NamedScore score = _scores[i];
            if (caps.Count > 0 && caps.TryGetValue(score.Name, out double cap))
            {
                _scores[i] = score with { Value = Math.Clamp(score.Value, -cap, cap) };
            }

            total += _scores[i].Value;
        }

        Total = Round(total);
    }

    /// <summary>A sum as it is compared.</summary>
    public static double Round(double total) => Math.Round(total, 6, MidpointRounding.AwayFromZero);

    /// <summary>The sum and the names, the heaviest first: <c>7.5 (zen=5 helo=2.5)</c>. Nothing in it can end a header field.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Total:0.###} (");
        _scores.Sort(static (a, b) => Math.Abs(a.Value) != Math.Abs(b.Value) ? Math.Abs(b.Value).CompareTo(Math.Abs(a.Value)) : string.CompareOrdinal(a.Name, b.Name));
        for (int i = 0; i < _scores.Count && i < NamesMax; i++)
        {
            text.Append(i == 0 ? string.Empty : " ");
            AppendName(text, _scores[i].Name);
            text.Append(CultureInfo.InvariantCulture, $"={_scores[i].Value:0.###}");
        }

        return text.Append(_scores.Count > NamesMax ? " ...)" : ")").ToString();
    }

    private static void AppendName(StringBuilder text, string name)
    {
        foreach (char c in name.AsSpan(0, Math.Min(name.Length, NameCharsMax)))
        {
            // Parentheses would end the comment, and a space the name.
            text.Append(c is > ' ' and <= '~' and not ('(' or ')' or '\\' or '=') ? c : '?');
        }
    }

    private void Merge(in NamedScore score)
    {
        for (int i = 0; i < _scores.Count; i++)
        {
            if (string.Equals(_scores[i].Name, score.Name, StringComparison.Ordinal))
            {
                _scores[i] = score with { Value = _scores[i].Value + score.Value };
                return;
            }
        }

        _scores.Add(score);
    }
}
