using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Filters.Recipients.Sql;

/// <summary>Options of <see cref="PostgreSqlBackend"/>.</summary>
public sealed record PostgreSqlBackendOptions : RecipientBackendOptions, IValidatableObject
{
    /// <summary>Name or address of the server, or the folder of its Unix socket, such as <c>/run/postgresql</c>.</summary>
    [Required]
    public string Host { get; init; } = string.Empty;

    /// <summary>Its port. Default 5432.</summary>
    [Range(1, 65535)]
    public int Port { get; init; } = 5432;

    /// <summary>The database.</summary>
    [Required]
    public string Database { get; init; } = string.Empty;

    /// <summary>Who asks: a role that may do nothing but read.</summary>
    [Required]
    public string User { get; init; } = string.Empty;

    /// <summary>Password of <see cref="User"/>, best as <c>${NAME}</c>. Default none.</summary>
    public string? Password { get; init; }

    /// <summary>File whose first line is the password; read for each new connection, so that it can be changed without a reload. Default none.</summary>
    public string? PasswordPath { get; init; }

    /// <summary>How connections are protected. Default <see cref="PostgreSqlTls.VerifyFull"/>.</summary>
    public PostgreSqlTls Tls { get; init; }

    /// <summary>File with the CA certificate (PEM) that the server may have its from. Default: what the system trusts.</summary>
    public string? CaPath { get; init; }

    /// <summary>Query with <c>@address</c>, <c>@local</c> or <c>@domain</c>. A row means that the address exists; a second column that is true, that it is disabled.</summary>
    [Required]
    public string Query { get; init; } = string.Empty;

    /// <summary>Connections at most. 1 to 100; default 4.</summary>
    [Range(1, 100)]
    public int ConnectionsMax { get; init; } = 4;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!SqlQuery.UsesAddress(Query))
        {
            yield return new ValidationResult("The query asks for no @address, @local or @domain: every address would be known, or none.", [nameof(Query)]);
        }

        if (Password is not null && PasswordPath is not null)
        {
            yield return new ValidationResult("Password and PasswordPath are two answers to one question.", [nameof(PasswordPath)]);
        }

        if (Host.Contains(',', StringComparison.Ordinal))
        {
            yield return new ValidationResult("One host is meant here.", [nameof(Host)]);
        }
    }

    /// <summary>Says nothing of the values: there is a password among them.</summary>
    public override string ToString() => nameof(PostgreSqlBackendOptions);
}
