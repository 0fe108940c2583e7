using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Toolkit.Tables;

namespace EdgeSmtp.Samples.HttpRecipients;

/// <summary>Options of <see cref="HttpRecipientsFilter"/>.</summary>
public sealed record HttpRecipientsFilterOptions
{
    /// <summary>Where the service is; the address is appended, percent-encoded. It answers 2xx for an address that exists and 404 for one that does not. Required.</summary>
    [Required]
    public Uri? Url { get; init; }

    /// <summary>Deadline of one question. 100 ms to 30 s; default 3 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30")]
    public TimeSpan QuestionTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Questions at a time. 1 to 1,000; default 16.</summary>
    [Range(1, 1000)]
    public int QuestionsMax { get; init; } = 16;

    /// <summary>What is remembered.</summary>
    public LookupCacheOptions Cache { get; init; } = new();
}
