using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Samples.HeaderTagger;

/// <summary>Options of <see cref="HeaderTaggerFilter"/>.</summary>
public sealed record HeaderTaggerFilterOptions
{
    /// <summary>Name of the field. Default <c>X-Edge</c>.</summary>
    [RegularExpression("[!-9;-~]{1,60}")]
    public string Field { get; init; } = "X-Edge";
}
