namespace EdgeSmtp.Abstractions;

/// <summary>The result of one filter call. <c>default</c> is <see cref="Continue"/>.</summary>
public readonly struct Verdict
{
    private Verdict(FilterReason reason, string? detail)
    {
        Reason = reason;
        Detail = detail;
    }

    /// <summary>No opinion.</summary>
    public static Verdict Continue => default;

    /// <summary>Why, and with which reply; <c>null</c> for <see cref="Continue"/>.</summary>
    public FilterReason? Reason { get; }

    /// <summary>For the log only; never sent to the client and never a metric label.</summary>
    public string? Detail { get; }

    /// <summary>What is to be done.</summary>
    public VerdictKind Kind => Reason?.Kind ?? VerdictKind.Continue;

    /// <summary>Speaks for a declared reason.</summary>
    /// <param name="reason">A static field of the filter.</param>
    /// <param name="detail">For the log: which list, which pattern, which score.</param>
    public static Verdict From(FilterReason reason, string? detail = null)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return new Verdict(reason, detail);
    }

    /// <summary>Lets a filter that does not wait return a verdict where a task is asked for; allocates nothing.</summary>
    /// <param name="verdict">The verdict.</param>
    public static implicit operator ValueTask<Verdict>(Verdict verdict) => new(verdict);

    /// <summary>The more severe of two; the first when they are equal, so that configured order decides ties.</summary>
    /// <param name="first">The earlier verdict.</param>
    /// <param name="second">The later verdict.</param>
    public static Verdict MostSevere(Verdict first, Verdict second) => second.Kind > first.Kind ? second : first;

    /// <summary>The verdict as a task.</summary>
    public ValueTask<Verdict> ToValueTask() => new(this);

    /// <inheritdoc />
    public override string ToString() => Reason is null ? nameof(VerdictKind.Continue) : $"{Reason.Kind} {Reason.Token} {Detail}".TrimEnd();
}
