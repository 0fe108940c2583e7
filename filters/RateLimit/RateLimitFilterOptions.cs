using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Filters.RateLimit;

/// <summary>Options of <see cref="RateLimitFilter"/>.</summary>
public sealed record RateLimitFilterOptions : IValidatableObject
{
    private const int NameLengthMax = 40;

    /// <summary>The limits by name: lower-case letters, digits and hyphens, at most 40. 1 to 32; a client must stay within each of them. The name stands in logs and scores.</summary>
    [MaxLength(32)]
    public IReadOnlyDictionary<string, RateLimitOptions> Limits { get; init; } = new Dictionary<string, RateLimitOptions>(StringComparer.Ordinal);

    /// <inheritdoc />
    /// <remarks>Each limit checks itself.</remarks>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Limits.Count == 0)
        {
            yield return new ValidationResult("A limit is needed.", [nameof(Limits)]);
        }

        foreach (string name in Limits.Keys)
        {
            if (name.Length is 0 or > NameLengthMax || !name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            {
                yield return new ValidationResult($"'{name}' is no name of a limit: lower-case letters, digits and hyphens, at most {NameLengthMax}.", [nameof(Limits)]);
            }
        }
    }
}
