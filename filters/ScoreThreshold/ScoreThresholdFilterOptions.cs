using System.ComponentModel.DataAnnotations;
using System.Globalization;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Filters.ScoreThreshold;

/// <summary>Options of <see cref="ScoreThresholdFilter"/>. A threshold is reached by a sum that is equal to it; one that is not set never speaks.</summary>
public sealed record ScoreThresholdFilterOptions : IValidatableObject
{
    /// <summary>When the sum is judged. Default <see cref="ScoreStage.Both"/>.</summary>
    public ScoreStage At { get; init; }

    /// <summary>Points from which <see cref="TagField"/> is written, once the whole message was seen, whatever <see cref="At"/> says. 0.001 to 10,000; default none.</summary>
    [Range(0.001, 10_000)]
    public double? Tag { get; init; }

    /// <summary>Points from which the message is accepted and quarantined. 0.001 to 10,000; default none.</summary>
    [Range(0.001, 10_000)]
    public double? Quarantine { get; init; }

    /// <summary>Points from which the client is told to come again. 0.001 to 10,000; default none.</summary>
    [Range(0.001, 10_000)]
    public double? Defer { get; init; }

    /// <summary>Points from which is refused. 0.001 to 10,000; default none.</summary>
    [Range(0.001, 10_000)]
    public double? Reject { get; init; }

    /// <summary>The field that <see cref="Tag"/> writes. Fields of this name that come from outside are removed, so that nobody can write it but us. Default <c>X-EdgeSmtp-Score</c>.</summary>
    public string TagField { get; init; } = "X-EdgeSmtp-Score";

    /// <summary>By name, the most points that scores of it give together, either way. 0 to 10,000, at most 1,000 names; default none.</summary>
    public IReadOnlyDictionary<string, double> Caps { get; init; } = new Dictionary<string, double>();

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Tag is null && Quarantine is null && Defer is null && Reject is null)
        {
            yield return new ValidationResult("one of Tag, Quarantine, Defer and Reject is needed", [nameof(Reject)]);
        }

        if (!HeaderField.IsName(TagField))
        {
            yield return new ValidationResult($"'{TagField}' is no name of a header field (RFC 5322 §2.2)", [nameof(TagField)]);
        }

        if (Caps.Count > 1_000)
        {
            yield return new ValidationResult("at most 1,000 names", [nameof(Caps)]);
        }

        foreach ((string name, double cap) in Caps)
        {
            if (!(cap is >= 0 and <= 10_000))
            {
                yield return new ValidationResult(string.Create(CultureInfo.InvariantCulture, $"'{name}' must be between 0 and 10000"), [nameof(Caps)]);
            }
        }
    }
}
