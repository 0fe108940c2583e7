using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Samples.EarlyWord;

/// <summary>Options of <see cref="EarlyWordFilter"/>.</summary>
public sealed record EarlyWordFilterOptions
{
    /// <summary>What no message may hold: 4 to 200 printable ASCII characters, with case. Required.</summary>
    [Required]
    [RegularExpression("[ -~]{4,200}")]
    public string? Word { get; init; }
}
