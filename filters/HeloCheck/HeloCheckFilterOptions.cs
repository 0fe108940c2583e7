using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Filters.HeloCheck;

/// <summary>Options of <see cref="HeloCheckFilter"/>.</summary>
public sealed record HeloCheckFilterOptions : IValidatableObject
{
    /// <summary>A <see cref="HeloMode"/> by name, or the letter of qmail's HELOCHECK (<c>""</c>, <c>!</c>, <c>.</c>, <c>=</c>, <c>A</c>, <c>M</c>). Default <c>Syntax</c>.</summary>
    public string Mode { get; init; } = nameof(HeloMode.Syntax);

    /// <summary>Whether <c>_</c> may stand in a name: no host name has it (RFC 1123 §2.1), but real servers do. Default yes.</summary>
    public bool AllowUnderscore { get; init; } = true;

    /// <summary>Whether a name without a dot is refused (RFC 5321 §2.3.5 asks for a fully qualified one). Default no.</summary>
    public bool RequireFullName { get; init; }

    /// <summary>Whether address literals are taken (RFC 5321 §4.1.3 asks hosts without name for one). Default yes.</summary>
    public bool AllowLiterals { get; init; } = true;

    /// <summary>Whether an address literal must be the address of the client. Default no: behind address translation a host does not know its own.</summary>
    public bool LiteralMustMatch { get; init; }

    /// <summary>Names and address literals of ours, which no stranger has; when there are any, the address that the client reached us at counts too. Default none.</summary>
    [MaxLength(1_000)]
    public IReadOnlyList<string> OwnNames { get; init; } = [];

    /// <summary>Whether <c>Hostname</c> and <c>OwnNames</c> of the configuration are ours in the same way, without being repeated here. Default no: by default only the syntax is looked at.</summary>
    public bool GuardHostname { get; init; }

    /// <summary>Bad names, as in qmail's <c>badhelo</c>: a name; a wildmat pattern (the last match wins, <c>!pattern</c> takes it back); <c>name!</c> exempts a name from every check. Case plays no part. Default none.</summary>
    [MaxLength(100_000)]
    public IReadOnlyList<string> BadHelo { get; init; } = [];

    /// <summary>File with more of them, one a line, read after <see cref="BadHelo"/> and again when it changes. Default none.</summary>
    public string? BadHeloPath { get; init; }

    /// <summary>How often that file is looked at. 1 s to 1 hour; default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ReloadInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!HeloModes.TryParse(Mode, out _))
        {
            yield return new ValidationResult($"'{Mode}' is no mode: {string.Join(", ", Enum.GetNames<HeloMode>())}, or a letter of qmail's HELOCHECK.", [nameof(Mode)]);
        }

        List<string> errors = [];
        BadHeloList.Parse(BadHelo, errors);
        foreach (string error in errors)
        {
            yield return new ValidationResult(error, [nameof(BadHelo)]);
        }
    }
}
