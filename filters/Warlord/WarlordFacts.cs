using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.Warlord;

/// <summary>What Warlord tells other filters.</summary>
public static class WarlordFacts
{
    /// <summary>The message is text and nothing else: no attachment, nothing encoded but quoted-printable text, nothing ambiguous. A scanner of files may skip it.</summary>
    public static FactKey<bool> TextOnly { get; } = new("text-only", FactScope.Transaction);
}
