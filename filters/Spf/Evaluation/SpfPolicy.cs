using EdgeSmtp.Filters.Spf.Macros;
using EdgeSmtp.Filters.Spf.Records;

namespace EdgeSmtp.Filters.Spf.Evaluation;

/// <summary>What is ours to decide in an evaluation. Immutable; made from checked options.</summary>
public sealed record SpfPolicy
{
    /// <summary>RFC 7208 as it stands, without anything of ours.</summary>
    public static SpfPolicy Default { get; } = new();

    /// <summary>Terms whose questions may go without answer (RFC 7208 §4.6.4). 0 to 10; default 2.</summary>
    public int VoidLookupsMax { get; init; } = 2;

    /// <summary>Longest time of one evaluation. RFC 7208 §4.6.4 asks for 20 s at least; default that.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Whether the words of the domain are fetched when it fails. Default yes.</summary>
    public bool FetchesExplanation { get; init; } = true;

    /// <summary>Mechanisms put before the last refusing ones of a record; none by default.</summary>
    internal IReadOnlyList<Mechanism> LocalPolicy { get; init; } = [];

    /// <summary>What is tried for a domain without record; nothing by default.</summary>
    internal SpfRecord? BestGuess { get; init; }

    /// <summary>The explanation where the domain gives none; none by default.</summary>
    internal MacroString? Explanation { get; init; }

    /// <summary>Makes the policy that options describe.</summary>
    /// <param name="options">Valid options.</param>
    /// <exception cref="ArgumentException">A record or text in them is wrong.</exception>
    public static SpfPolicy Of(SpfFilterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new SpfPolicy
        {
            VoidLookupsMax = options.VoidLookupsMax,
            TimeLimit = options.TimeLimit,
            FetchesExplanation = options.FetchExplanation,
            LocalPolicy = PolicyText.TryLocalPolicy(options.LocalPolicy, out SpfRecord? local, out string problem) ? local?.Mechanisms ?? [] : throw Wrong(nameof(options.LocalPolicy), problem),
            BestGuess = PolicyText.TryRecord(options.BestGuess, out SpfRecord? guess, out problem) ? guess : throw Wrong(nameof(options.BestGuess), problem),
            Explanation = PolicyText.TryExplanation(options.Explanation, out MacroString? text) ? text : throw Wrong(nameof(options.Explanation), "not a macro string"),
        };
    }

    private static ArgumentException Wrong(string option, string problem) => new($"{option}: {problem}.", nameof(option));
}
