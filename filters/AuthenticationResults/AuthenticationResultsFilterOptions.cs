using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Filters.AuthenticationResults;

/// <summary>Options of <see cref="AuthenticationResultsFilter"/>.</summary>
public sealed record AuthenticationResultsFilterOptions : IValidatableObject
{
    /// <summary>Our authserv-id (RFC 8601 §2.5), a domain name. Default that of the server (<c>AuthservId</c>, else <c>Hostname</c>).</summary>
    public string? AuthservId { get; init; }

    /// <summary>Further ids within our trust boundary: fields that bear them are forged when they come from outside (RFC 8601 §5). Default none.</summary>
    [MaxLength(100)]
    public IReadOnlyList<string> RemoveIds { get; init; } = [];

    /// <summary>Whether fields whose authserv-id cannot be read are removed too: a reader behind us may read them otherwise. Default yes.</summary>
    public bool RemoveUnreadable { get; init; } = true;

    /// <summary>Whether a field is written that says "none" where nothing was checked (RFC 8601 §2.2). Default no.</summary>
    public bool WriteNone { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (AuthservId is not null && !OwnIds.IsId(AuthservId))
        {
            yield return new ValidationResult($"'{AuthservId}' is no domain name.", [nameof(AuthservId)]);
        }

        foreach (string id in RemoveIds)
        {
            if (!OwnIds.IsId(id))
            {
                yield return new ValidationResult($"'{id}' is no domain name.", [nameof(RemoveIds)]);
            }
        }
    }
}
