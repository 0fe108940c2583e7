using System.ComponentModel.DataAnnotations;
using System.Net;
using EdgeSmtp.Core.Net;

namespace EdgeSmtp.Tests.Unit.Server.Configuration;

internal enum Colour
{
    Red,
    Green,
}

internal sealed record InnerOptions
{
    [Range(1, 10)]
    public int Count { get; init; } = 3;
}

internal sealed record BinderOptions : IValidatableObject
{
    [Required]
    public string? Name { get; init; }

    public bool Flag { get; set; }

    public Colour Colour { get; init; }

    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(6);

    public long? Limit { get; init; }

    public double Weight { get; init; }

    public char? Delimiter { get; init; } = '+';

    public IPEndPoint? Address { get; init; }

    public IReadOnlyList<IPNetwork> Networks { get; init; } = [];

    public NetworkSet Set { get; init; } = NetworkSet.Empty;

    public string[] Names { get; init; } = [];

    public IReadOnlySet<string> Words { get; init; } = new HashSet<string>();

    public IReadOnlyDictionary<string, InnerOptions> Map { get; init; } = new Dictionary<string, InnerOptions>();

    public InnerOptions Inner { get; init; } = new();

    public string Computed => "not an option";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Flag && Limit is null)
        {
            yield return new ValidationResult("is needed with Flag", [nameof(Limit)]);
        }
    }
}
