using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Recipients.Selectors;
using EdgeSmtp.Toolkit.Recipients;
using EdgeSmtp.Toolkit.Tables;

namespace EdgeSmtp.Filters.Recipients;

/// <summary>Options of <see cref="RecipientsFilter"/>.</summary>
public sealed record RecipientsFilterOptions : IValidatableObject
{
    /// <summary>What can be asked, by name.</summary>
    public IReadOnlyDictionary<string, FilterPart<IRecipientBackend>> Backends { get; init; } = new Dictionary<string, FilterPart<IRecipientBackend>>();

    /// <summary>
    /// Who is asked for which domains, in this order: <c>dom:BACKEND</c>, <c>@dom:BACKEND</c>, <c>*:BACKEND</c>, with a name of <see cref="Backends"/> or a file <c>….cdb</c>;
    /// <c>dom|program arguments</c>; <c>!dom</c> (every address exists); last <c>!*</c> (every address of a domain that no line named exists). At least one.
    /// </summary>
    [MinLength(1)]
    [MaxLength(10_000)]
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>Whether qmail's rule for extensions holds beside the domain's <c>RecipientDelimiter</c>: <c>list-foo-bar@dom</c> exists when <c>list-@dom</c> is listed. Default no.</summary>
    public bool QmailMode { get; init; }

    /// <summary>What follows when no line knows the recipient, and a backend that was asked for it could not tell. Default <see cref="FailureAction.Defer"/>.</summary>
    public FailureAction OnFailure { get; init; }

    /// <summary>The same for single domains: <c>dom</c> with its subdomains, <c>@dom</c> alone. The first that matches counts. Default none.</summary>
    public IReadOnlyDictionary<string, FailureAction> OnFailureOf { get; init; } = new Dictionary<string, FailureAction>();

    /// <summary>Answers of backends outside this process that are remembered.</summary>
    public LookupCacheOptions Cache { get; init; } = new();

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        List<string> errors = [];
        IReadOnlyList<SelectorLine> lines = SelectorLines.Parse(Lines, [.. Backends.Keys], errors);
        foreach (string error in errors)
        {
            yield return new ValidationResult(error, [nameof(Lines)]);
        }

        HashSet<string> used = [.. lines.Where(static line => line.Kind == LineKind.Backend).Select(static line => line.Target)];
        foreach (string name in Backends.Keys.Where(name => errors.Count == 0 && !used.Contains(name)))
        {
            yield return new ValidationResult($"no line names the backend '{name}'", [nameof(Backends)]);
        }

        foreach (string selector in OnFailureOf.Keys.Where(static selector => DomainSelector.Parse(selector) is null))
        {
            yield return new ValidationResult($"'{selector}' is not a domain, @domain or *", [nameof(OnFailureOf)]);
        }
    }
}
