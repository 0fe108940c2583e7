using EdgeSmtp.Core.Capture;

namespace EdgeSmtp.Server.Replay;

/// <summary>What a filter said, as far as it is told apart.</summary>
/// <param name="Filter">Name of the filter.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Verdict">Kind of the verdict.</param>
/// <param name="Reason">Token of the reason.</param>
/// <param name="Shadow">Whether it was in shadow.</param>
internal readonly record struct ReplayVerdict(string Filter, string Stage, string Verdict, string Reason, bool Shadow) : IComparable<ReplayVerdict>
{
    /// <summary>That of a step.</summary>
    public static ReplayVerdict Of(CapturedStep step) => new(step.Filter ?? string.Empty, step.Stage ?? string.Empty, step.Outcome ?? string.Empty, step.Reason ?? string.Empty, step.Shadow);

    /// <inheritdoc />
    public int CompareTo(ReplayVerdict other) =>
        (Filter, Stage, Verdict, Reason, Shadow).CompareTo((other.Filter, other.Stage, other.Verdict, other.Reason, other.Shadow));
}
