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

    /// <summary>Whether the weights are judged here or become scores. Default <see cref="RblAction.Verdict"/>.</summary>
    public RblAction Action { get; init; }

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
    }
}
