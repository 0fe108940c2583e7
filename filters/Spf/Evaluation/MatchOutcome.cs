using EdgeSmtp.Abstractions.Authentication;

namespace EdgeSmtp.Filters.Spf.Evaluation;

/// <summary>Whether a mechanism matches, or why nobody can say (RFC 7208 §4.6.2).</summary>
/// <param name="IsMatch">Whether it does.</param>
/// <param name="Error"><see cref="SpfStatus.TempError"/> or <see cref="SpfStatus.PermError"/>; <see cref="SpfStatus.None"/> when there is no error.</param>
/// <param name="Problem">What the error is.</param>
internal readonly record struct MatchOutcome(bool IsMatch, SpfStatus Error = SpfStatus.None, string? Problem = null)
{
    public static MatchOutcome Yes => new(true);

    public static MatchOutcome No => new(false);

    public bool IsError => Error != SpfStatus.None;

    public static MatchOutcome TempError(string problem) => new(false, SpfStatus.TempError, problem);

    public static MatchOutcome PermError(string problem) => new(false, SpfStatus.PermError, problem);

    public override string ToString() => IsMatch ? "match" : IsError ? $"{SpfStatusNames.Of(Error)}: {Problem}" : "no match";
}
