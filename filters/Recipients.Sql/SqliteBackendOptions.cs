using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Filters.Recipients.Sql;

/// <summary>Options of <see cref="SqliteBackend"/>.</summary>
public sealed record SqliteBackendOptions : RecipientBackendOptions, IValidatableObject
{
    /// <summary>The database file. It is opened for reading only.</summary>
    [Required]
    public string Path { get; init; } = string.Empty;

    /// <summary>Query with <c>@address</c>, <c>@local</c> or <c>@domain</c>. A row means that the address exists; a second column that is true, that it is disabled.</summary>
    [Required]
    public string Query { get; init; } = string.Empty;

    /// <summary>Threads, each with a connection of its own. 1 to 16; default 2.</summary>
    [Range(1, 16)]
    public int ThreadsMax { get; init; } = 2;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!SqlQuery.UsesAddress(Query))
        {
            yield return new ValidationResult("The query asks for no @address, @local or @domain: every address would be known, or none.", [nameof(Query)]);
        }
    }
}
