using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Filters.Rbl;

/// <summary>One list.</summary>
public sealed record RblZoneOptions : IValidatableObject
{
    /// <summary>Its zone, such as <c>zen.spamhaus.org</c>, or with a customer key in front. Required.</summary>
    [Required]
    public string Zone { get; init; } = string.Empty;

    /// <summary>Whether it blocks or vouches. Default <see cref="RblKind.Block"/>.</summary>
    public RblKind Kind { get; init; }

    /// <summary>What is looked up in it. Default <see cref="RblSubject.Client"/>.</summary>
    public RblSubject Subject { get; init; }

    /// <summary>Answers that count, such as <c>127.0.0.2</c> or <c>127.0.0.[2..11]</c>, <c>127.0.[0;2].[1..3]</c>. Default none: every answer in 127.0.0.0/8 but 127.255.255.0/24 counts.</summary>
    [MaxLength(256)]
    public IReadOnlyList<string> Answers { get; init; } = [];

    /// <summary>Points of a listing. -100 to 100, negative ones speak for the client; default 1. An allow list needs none.</summary>
    [Range(-100.0, 100.0)]
    public double Weight { get; init; } = 1;

    /// <summary>Whether a listing refuses for good or for now. Default <see cref="RblReply.Reject"/>. When several lists together refuse, one that rejects decides.</summary>
    public RblReply Reply { get; init; }

    /// <summary>Reply text in place of the filter's own; <c>%IP%</c> stands for what was looked up. At most 200 printable ASCII characters. Default none.</summary>
    [MaxLength(200)]
    public string? Text { get; init; }

    /// <summary>Whether the TXT record of the listing is shown to the client, made printable and cut at 200 characters; costs one more question for each listed client. Default no.</summary>
    public bool IncludeTxt { get; init; }

    /// <summary>Whether the zone is tested at start and then each <see cref="RblFilterOptions.SelfTestInterval"/> (RFC 5782 §5). Default yes; some private zones lack the test entries.</summary>
    public bool SelfTest { get; init; } = true;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!ZoneName.IsValid(Zone))
        {
            yield return new ValidationResult($"'{Zone}' is not a zone of at most {ZoneName.LengthMax} characters.", [nameof(Zone)]);
        }

        foreach (string answer in Answers)
        {
            if (!AnswerPattern.TryParse(answer, out _))
            {
                yield return new ValidationResult($"'{answer}' is not an IPv4 address, or one with octets like [2..11] or [2;4;6..8], inside 127.0.0.0/8.", [nameof(Answers)]);
            }
        }

        if (Text is not null && Text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            yield return new ValidationResult("Only printable ASCII can stand in a reply.", [nameof(Text)]);
        }
    }
}
