using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Filters.Recipients.Http;

/// <summary>Options of a web service that knows recipients.</summary>
public sealed record HttpBackendOptions : RecipientBackendOptions, IValidatableObject
{
    /// <summary>What to GET, http or https, with <c>{address}</c>, <c>{local}</c> or <c>{domain}</c> in its path or query; each is percent-encoded. 200 and 204 mean yes, 404 and 410 no, all else "not now". Required.</summary>
    [Required]
    public string? Url { get; init; }

    /// <summary>Request fields, such as <c>Authorization</c>. Default none.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (UrlTemplate.Parse(Url, out string? error) is null)
        {
            yield return new ValidationResult(error, [nameof(Url)]);
        }

        foreach ((string name, string value) in Headers)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAnyExceptInRange('!', '~') || value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                yield return new ValidationResult($"'{name}' and its value must be printable ASCII", [nameof(Headers)]);
            }
        }
    }
}
