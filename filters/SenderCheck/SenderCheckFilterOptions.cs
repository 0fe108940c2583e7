using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Filters.SenderCheck;

/// <summary>Options of <see cref="SenderCheckFilter"/>.</summary>
public sealed record SenderCheckFilterOptions : IValidatableObject
{
    /// <summary>
    /// Bad senders, one line each as in qmail's <c>badmailfrom</c>: <c>?user@dom</c>, <c>@dom+</c>, <c>@dom-</c>, <c>@dom=</c>, <c>~host</c>, <c>user@dom</c>, <c>@dom</c>, or a wildmat
    /// pattern (the last match wins, <c>!pattern</c> takes it back). Default none.
    /// </summary>
    [MaxLength(100_000)]
    public IReadOnlyList<string> BadMailFrom { get; init; } = [];

    /// <summary>File with more of them, read after <see cref="BadMailFrom"/> and again when it changes. Default none.</summary>
    public string? BadMailFromPath { get; init; }

    /// <summary>Whether patterns may refuse the null sender <c>&lt;&gt;</c>: RFC 5321 §4.5.5 wants it taken. Default no.</summary>
    public bool RefuseNullSender { get; init; }

    /// <summary>Whether the domain of the sender must have an MX or an address, qmail's MFDNSCHECK. Not asked of clients that may relay, are trusted, or forward with trust. Default yes.</summary>
    public bool CheckDomain { get; init; } = true;

    /// <summary>
    /// Senders of clients that may relay, qmail's LOCALMFCHECK: <c>""</c> for a domain of ours, a domain for that one or one of ours, <c>!</c> for the rules. <c>null</c>, the default, for any.
    /// </summary>
    public string? LocalSender { get; init; }

    /// <summary>
    /// Whether the addresses in From of the header must satisfy <see cref="LocalSender"/> too, since that is what readers see (RFC 5322 §3.6.2). Default no: a mailing list or a forwarder
    /// among the clients sends on what others wrote.
    /// </summary>
    public bool CheckFrom { get; init; }

    /// <summary>Rules for <c>!</c>, as in qmail's <c>mailfromrules</c>: <c>client&amp;address,address</c>. Default none.</summary>
    [MaxLength(100_000)]
    public IReadOnlyList<string> SenderRules { get; init; } = [];

    /// <summary>File with rules instead, read again when it changes: text, or qmail's compiled form when its name ends in <c>.cdb</c>. Default none.</summary>
    public string? SenderRulesPath { get; init; }

    /// <summary>How often files are looked at. 1 s to 1 hour; default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ReloadInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Score <c>null-sender-recipients</c> of a message from <c>&lt;&gt;</c> to more than one recipient, which a report never has. 0 to 100; default 1.</summary>
    [Range(0.0, 100.0)]
    public double NullSenderScore { get; init; } = 1;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        List<string> errors = [];
        BadSenderList.Parse(BadMailFrom, errors);
        foreach (string error in errors)
        {
            yield return new ValidationResult(error, [nameof(BadMailFrom)]);
        }

        errors.Clear();
        Filters.SenderCheck.SenderRules.Parse(SenderRules, errors);
        foreach (string error in errors)
        {
            yield return new ValidationResult(error, [nameof(SenderRules)]);
        }

        if (Filters.SenderCheck.LocalSender.Parse(LocalSender, out LocalSender local) is { } wrong)
        {
            yield return new ValidationResult(wrong, [nameof(LocalSender)]);
        }

        if (CheckFrom && LocalSender is null)
        {
            yield return new ValidationResult($"asks what {nameof(LocalSender)} asks, and that asks for nothing", [nameof(CheckFrom)]);
        }

        bool hasRules = SenderRules.Count > 0 || SenderRulesPath is not null;
        if ((local.Check == LocalSenderCheck.Rules) != hasRules)
        {
            yield return new ValidationResult(
                hasRules ? $"rules are asked only when {nameof(LocalSender)} is '!'" : $"'!' needs {nameof(SenderRules)} or {nameof(SenderRulesPath)}", [nameof(LocalSender)]);
        }

        if (SenderRules.Count > 0 && SenderRulesPath is not null)
        {
            yield return new ValidationResult($"rules stand here or in {nameof(SenderRulesPath)}, not in both", [nameof(SenderRules)]);
        }
    }
}
