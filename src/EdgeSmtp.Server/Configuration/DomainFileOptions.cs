using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Server.Configuration;

/// <summary>A file of domains that are all treated alike.</summary>
internal sealed record DomainFileOptions : DomainOptions
{
    /// <summary>
    /// The file, relative to the configuration file: one domain a line as in qmail's <c>rcpthosts</c>, <c>.domain</c> for all its subdomains, <c>#</c> for comments; or, when its name ends in
    /// <c>.cdb</c>, a database with such names as keys, as qmail's <c>morercpthosts.cdb</c>. A change reloads the configuration. Required.
    /// </summary>
    [Required]
    public string? Path { get; init; }
}
