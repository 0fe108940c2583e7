using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Filters.Recipients.Cdb;

/// <summary>Options of a cdb of recipients.</summary>
public sealed record CdbBackendOptions : RecipientBackendOptions
{
    internal const string Type = "Cdb";

    /// <summary>The file: a key for each address, <c>:</c> and the address in lower case, as <c>edgesmtp recipients build</c>, Spamcontrol's qmail-recipients and fastforward's setforward write it. Required.</summary>
    [Required]
    public string? Path { get; init; }

    /// <summary>How often to look whether the file has changed. 100 milliseconds to 1 hour; default 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan ReloadInterval { get; init; } = TimeSpan.FromSeconds(5);
}
