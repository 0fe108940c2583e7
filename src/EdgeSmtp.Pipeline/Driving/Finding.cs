using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>The most severe verdict so far and who gave it.</summary>
/// <param name="verdict">The verdict.</param>
/// <param name="node">The filter; <c>null</c> for the driver itself.</param>
/// <param name="mild">The most severe Discard or Quarantine from filters that do not spare postmaster: what remains of a held verdict for him, whom nothing held refuses.</param>
internal readonly struct Finding(Verdict verdict, FilterNode? node, Verdict mild)
{
    /// <summary>Nobody waits for the result. Disconnect, so that no message passes whose filters were given up.</summary>
    public static Finding Aborted { get; } = new(Verdict.From(DriverReasons.Aborted), null, default);

    public Verdict Verdict { get; } = verdict;

    public FilterNode? Node { get; } = node;

    public Verdict Mild { get; } = mild;

    public VerdictKind Kind => Verdict.Kind;

    /// <summary>Whether the stage is decided, so that only observers still run.</summary>
    public bool IsTerminal => Kind >= VerdictKind.Reject;

    /// <summary>Whether it can be answered with a refusal; anything less is accepted and carried to the end of the message.</summary>
    public bool IsRefusal => Kind >= VerdictKind.Defer;

    /// <summary>Adds what one more filter said; the earlier one wins a tie.</summary>
    public Finding With(Verdict verdict, FilterNode node)
    {
        bool isMild = verdict.Kind is VerdictKind.Discard or VerdictKind.Quarantine && !node.ExemptPostmaster;
        Verdict mild = isMild ? Verdict.MostSevere(Mild, verdict) : Mild;
        return verdict.Kind > Kind ? new Finding(verdict, node, mild) : new Finding(Verdict, Node, mild);
    }

    /// <summary>Joins two findings; the first wins a tie.</summary>
    public static Finding MostSevere(Finding first, Finding second)
    {
        Verdict mild = Verdict.MostSevere(first.Mild, second.Mild);
        return second.Kind > first.Kind ? new Finding(second.Verdict, second.Node, mild) : new Finding(first.Verdict, first.Node, mild);
    }
}
