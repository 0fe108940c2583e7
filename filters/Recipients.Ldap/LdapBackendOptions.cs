using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>Options of <see cref="LdapBackend"/>.</summary>
public sealed record LdapBackendOptions : RecipientBackendOptions, IValidatableObject
{
    /// <summary>The servers in the order of preference: <c>host</c>, <c>host:port</c>, <c>[v6]:port</c>. 1 to 8; the port is 636 by default, 389 unless <see cref="Tls"/> is Ldaps.</summary>
    [Required, MinLength(1), MaxLength(8)]
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>How connections are protected. Default <see cref="LdapTls.Ldaps"/>.</summary>
    public LdapTls Tls { get; init; }

    /// <summary>File with the CA certificates (PEM) that servers may have theirs from. Default: what the system trusts.</summary>
    public string? CaPath { get; init; }

    /// <summary>Where the search starts, such as <c>ou=people,dc=example,dc=com</c>.</summary>
    [Required]
    public string BaseDn { get; init; } = string.Empty;

    /// <summary>How far below the base it reaches. Default <see cref="LdapScope.Subtree"/>.</summary>
    public LdapScope Scope { get; init; } = LdapScope.Subtree;

    /// <summary>Search filter (RFC 4515) in whose values <c>{address}</c>, <c>{local}</c> and <c>{domain}</c> stand for the recipient. An address is known when any entry matches. Default <c>(mail={address})</c>.</summary>
    public string Filter { get; init; } = "(mail={address})";

    /// <summary>Who asks. Default: nobody, an anonymous search.</summary>
    public string? BindDn { get; init; }

    /// <summary>Password of <see cref="BindDn"/>, best as <c>${NAME}</c>. Default none.</summary>
    public string? Password { get; init; }

    /// <summary>File whose first line is the password; read for each new connection, so that it can be changed without a reload. Default none.</summary>
    public string? PasswordPath { get; init; }

    /// <summary>Connections at most, each with one question at a time. 1 to 64; default 4.</summary>
    [Range(1, 64)]
    public int ConnectionsMax { get; init; } = 4;

    /// <summary>How long a server that failed is tried last. 100 milliseconds to 1 hour; default 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan ServerPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether "nothing found here, ask elsewhere" counts as unknown. Default no, it is a temporary failure: references are never followed. Active Directory adds them to every search from the root of a domain.</summary>
    public bool IgnoreReferences { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (string server in Servers)
        {
            if (!LdapServer.TryParse(server, Tls, out _))
            {
                yield return new ValidationResult($"'{server}' is no host, host:port or [v6]:port.", [nameof(Servers)]);
            }
        }

        if (!LdapFilterParser.TryParse(Filter, out LdapFilterNode? filter, out string? error))
        {
            yield return new ValidationResult($"The filter {error}.", [nameof(Filter)]);
        }
        else if (!filter.UsesAddress)
        {
            yield return new ValidationResult("The filter asks for no {address}, {local} or {domain}: every address would be known, or none.", [nameof(Filter)]);
        }

        if (Password is not null && PasswordPath is not null)
        {
            yield return new ValidationResult("Password and PasswordPath are two answers to one question.", [nameof(PasswordPath)]);
        }

        if (BindDn is null != (Password is null && PasswordPath is null))
        {
            // A name without a password would be an unauthenticated bind, which servers take for an anonymous one (RFC 4513 §5.1.2).
            yield return new ValidationResult("BindDn and a password belong together.", [nameof(BindDn)]);
        }

        if (Password is { Length: 0 })
        {
            yield return new ValidationResult("An empty password is no password (RFC 4513 §5.1.2).", [nameof(Password)]);
        }
    }

    /// <summary>Says nothing of the values: there is a password among them.</summary>
    public override string ToString() => nameof(LdapBackendOptions);
}
