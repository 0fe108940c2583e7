using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Filters.Spf.Macros;

namespace EdgeSmtp.Filters.Spf.Evaluation;

/// <summary>What check_host() came to (RFC 7208 §4).</summary>
/// <param name="Status">The result.</param>
/// <param name="Mechanism">What matched.</param>
/// <param name="Problem">What is wrong.</param>
internal readonly record struct Decision(SpfStatus Status, string? Mechanism = null, string? Problem = null)
{
    /// <summary>Whose words decided.</summary>
    public SpfSource Source { get; init; }

    /// <summary>The domain whose record decided; not that of an include.</summary>
    public string? Domain { get; init; }

    /// <summary>Where that record keeps its explanation.</summary>
    public MacroString? Explanation { get; init; }

    public static Decision PermError(string problem) => new(SpfStatus.PermError, Problem: problem);

    public static Decision TempError(string problem) => new(SpfStatus.TempError, Problem: problem);
}
