using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Filters.Recipients.Program;

/// <summary>Options of a program that knows recipients.</summary>
public sealed record ProgramBackendOptions : RecipientBackendOptions
{
    internal const string Type = "Program";

    /// <summary>The program and its arguments, each one text; no shell reads them. It gets the address and three NUL bytes on descriptor 3, and exits with 0 for yes, 1 for no, 111 for "not now". Required.</summary>
    [Required]
    [MinLength(1)]
    [MaxLength(64)]
    public IReadOnlyList<string> Command { get; init; } = [];
}
