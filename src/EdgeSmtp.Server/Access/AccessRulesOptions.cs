using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Server.Access;

/// <summary>One entry of <c>AccessRules</c>.</summary>
internal sealed class AccessRulesOptions
{
    /// <summary>
    /// File with rules in the form of tcprules; compiled when its name ends in <c>.cdb</c>. Relative to the configuration file. A change is taken like one of the configuration:
    /// at once, as a whole, and only when it is right. Required.
    /// </summary>
    [Required]
    public string? File { get; set; }
}
