using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Filters.Spf.Evaluation;

namespace EdgeSmtp.Filters.Spf;

/// <summary>Options of <see cref="SpfFilter"/>.</summary>
public sealed record SpfFilterOptions : IValidatableObject
{
    /// <summary>A <see cref="SpfBehavior"/> by name, or a number of qmail's SPFBEHAVIOR, <c>"0"</c> to <c>"6"</c>. Default <c>Annotate</c>.</summary>
    public string Behavior { get; init; } = nameof(SpfBehavior.Annotate);

    /// <summary>Whether "permerror" is refused from <see cref="SpfBehavior.RejectFail"/> on, and not only at <see cref="SpfBehavior.RejectNone"/>. Default no: most wrong records are mistakes.</summary>
    public bool RejectPermError { get; init; }

    /// <summary>When the HELO name is checked. Default <see cref="SpfHelloCheck.NullSender"/>; a HELO name that fails is refused as a reverse-path that fails is.</summary>
    public SpfHelloCheck CheckHello { get; init; }

    /// <summary>Mechanisms of ours, such as <c>include:forwarders.example.org</c>, put into every record before its last refusing ones (qmail's spfrules). Default none.</summary>
    [MaxLength(4_000)]
    public string? LocalPolicy { get; init; }

    /// <summary>Record tried for a domain without one, such as <c>a/24 mx/24 ptr ?all</c> (qmail's spfguess). The result stays "none"; the guess decides what is refused. Default none.</summary>
    [MaxLength(4_000)]
    public string? BestGuess { get; init; }

    /// <summary>Explanation of a "fail" where the domain gives none, a macro string as in RFC 7208 §6.2 (qmail's spfexp). Default none.</summary>
    [MaxLength(400)]
    public string? Explanation { get; init; }

    /// <summary>Whether the explanation of the domain is fetched and told to the client (RFC 7208 §6.2). Default yes.</summary>
    public bool FetchExplanation { get; init; } = true;

    /// <summary>Terms of a record whose questions may go without answer (RFC 7208 §4.6.4). 0 to 10; default 2, which the RFC recommends.</summary>
    [Range(0, 10)]
    public int VoidLookupsMax { get; init; } = 2;

    /// <summary>Longest time of one evaluation; then it is "temperror" (RFC 7208 §4.6.4). 1 s to 4 minutes; default 20 s, the least that the RFC advises. Keep it below the filter's <c>Timeout</c>.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:04:00")]
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Whether a Received-SPF field is written (RFC 7208 §9.1). Default yes.</summary>
    public bool ReceivedSpf { get; init; } = true;

    /// <summary>Score of a "fail", named <c>spf-fail</c>, for a threshold filter. −1,000 to 1,000; default 0.</summary>
    [Range(-1_000.0, 1_000.0)]
    public double FailScore { get; init; }

    /// <summary>Score of a "softfail", named <c>spf-softfail</c>. −1,000 to 1,000; default 0.</summary>
    [Range(-1_000.0, 1_000.0)]
    public double SoftFailScore { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!SpfBehaviors.TryParse(Behavior, out _))
        {
            yield return new ValidationResult($"'{Behavior}' is no behaviour: {string.Join(", ", Enum.GetNames<SpfBehavior>())}, or \"0\" to \"6\".", [nameof(Behavior)]);
        }

        if (!PolicyText.TryLocalPolicy(LocalPolicy, out _, out string problem))
        {
            yield return new ValidationResult($"{problem}.", [nameof(LocalPolicy)]);
        }

        if (!PolicyText.TryRecord(BestGuess, out _, out problem))
        {
            yield return new ValidationResult($"{problem}.", [nameof(BestGuess)]);
        }

        if (!PolicyText.TryExplanation(Explanation, out _))
        {
            yield return new ValidationResult("not a macro string of RFC 7208 §7.1.", [nameof(Explanation)]);
        }
    }
}
