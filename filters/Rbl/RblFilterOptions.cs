using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Filters.Rbl;

/// <summary>Options of <see cref="RblFilter"/>.</summary>
public sealed record RblFilterOptions : IValidatableObject
{
    /// <summary>A single block list of client addresses, for the simple case. Default none.</summary>
    public string? Zone { get; init; }

    /// <summary>The lists, all asked at once. At least one here or in <see cref="Zone"/>.</summary>
    [MaxLength(64)]
    public IReadOnlyList<RblZoneOptions> Zones { get; init; } = [];

    /// <summary>Whether the weights are judged here, become scores, or listings are only noted in the message. Default <see cref="RblAction.Verdict"/>.</summary>
    public RblAction Action { get; init; }

    /// <summary>Name of the header fields of <see cref="RblAction.Annotate"/> (RFC 5322 §3.6.8). 1 to 64 characters; default <c>X-RBL-Info</c>, as rblsmtpd's interrogation mode.</summary>
    [Length(1, 64)]
    public string FieldName { get; init; } = "X-RBL-Info";

    /// <summary>
    /// What is decided without asking a list, as <c>$RBLSMTPD</c> of rblsmtpd; meant for profiles, which give single clients other options. Empty: nothing is refused;
    /// a text: refused for now, with it; <c>-text</c>: for good. At most 200 printable ASCII characters. Default none: the lists are asked.
    /// </summary>
    [MaxLength(200)]
    public string? Decision { get; init; }

    /// <summary>Sum of weights from which on a client is refused. 0.01 to 1,000; default 1: one list with its default weight is enough.</summary>
    [Range(0.01, 1000.0)]
    public double Threshold { get; init; } = 1;

    /// <summary>What follows when a list cannot be asked, and its answer could have made the difference. Default <see cref="OnLookupFailure.Continue"/>, loudly. An allow list that cannot be asked does not list.</summary>
    public OnLookupFailure OnLookupFailure { get; init; }

    /// <summary>Whether clients of loopback, private and documentation networks are looked up neither by address nor by name. Default yes: no list knows them, and some list them all.</summary>
    public bool SkipNonGlobal { get; init; } = true;

    /// <summary>How often zones are tested again (RFC 5782 §5). 1 minute to 7 days; default 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan SelfTestInterval { get; init; } = TimeSpan.FromHours(1);

    /// <inheritdoc />
    /// <remarks>Each list checks itself.</remarks>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Zone is null && Zones.Count == 0)
        {
            yield return new ValidationResult("A list is needed: Zone, or Zones.", [nameof(Zones)]);
        }

        if (Zone is not null && !ZoneName.IsValid(Zone))
        {
            yield return new ValidationResult($"'{Zone}' is not a zone of at most {ZoneName.LengthMax} characters.", [nameof(Zone)]);
        }

        // RFC 5322 §2.2: printable ASCII but the colon.
        if (FieldName.AsSpan().ContainsAnyExceptInRange('!', '~') || FieldName.Contains(':', StringComparison.Ordinal))
        {
            yield return new ValidationResult($"'{FieldName}' is not the name of a header field.", [nameof(FieldName)]);
        }

        if (Decision is not null && Decision.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            yield return new ValidationResult("Only printable ASCII can stand in a reply.", [nameof(Decision)]);
        }
    }
}
