using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline.Facts;

/// <summary>A fact or score that a member of a group published. It takes effect when the group is decided, in configured order: members do not see each other's.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Fact">The key; <c>null</c> for a score.</param>
/// <param name="ScoreName">Name of the score; <c>null</c> for a fact.</param>
/// <param name="Value">The value of the fact.</param>
/// <param name="Score">The points.</param>
internal readonly record struct StagedFinding(FilterSubject Subject, FactKey? Fact, string? ScoreName, object? Value, double Score)
{
    public void Apply(bool shadow)
    {
        if (Fact is not null)
        {
            FactStore.Write(Subject, Fact, Value, shadow);
        }
        else
        {
            ScoreBag.Add(Subject, ScoreName!, Score, shadow);
        }
    }
}
