using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>Kinds of verdicts as metric labels and log fields.</summary>
internal static class VerdictLabels
{
    public const int Count = 6;

    private static readonly string[] Labels = ["continue", "discard", "quarantine", "defer", "reject", "disconnect"];

    public static string Label(this VerdictKind kind) => Labels[(int)kind];
}
