using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Filters.Milter.Dialogue;

namespace EdgeSmtp.Filters.Milter;

/// <summary>Options of <see cref="MilterFilter"/>.</summary>
public sealed record MilterFilterOptions : IValidatableObject
{
    /// <summary>Where the milter listens: <c>unix:/path</c>, <c>inet:host:port</c> or, as milters write it themselves, <c>inet:port@host</c>.</summary>
    [Required]
    public string Address { get; init; } = string.Empty;

    /// <summary>What the milter may do to messages. A milter that does anything else has failed. Default: everything but <see cref="MilterChange.ReplaceBody"/>, which one filter of the order may.</summary>
    [MaxLength(7)]
    public IReadOnlyList<MilterChange> Changes { get; init; } =
    [
        MilterChange.AddHeaders, MilterChange.ChangeHeaders, MilterChange.ChangeSender, MilterChange.AddRecipients, MilterChange.RemoveRecipients, MilterChange.Quarantine,
    ];

    /// <summary>What becomes of a message whose milter fails. Default <see cref="MilterFailureAction.Policy"/>: what <c>OnError</c> and <c>OnTimeout</c> say.</summary>
    public MilterFailureAction OnFailure { get; init; }

    /// <summary>What becomes of a message that the milter wants discarded. Default <see cref="MilterDiscardAction.Quarantine"/>.</summary>
    public MilterDiscardAction OnDiscard { get; init; }

    /// <summary>Time to connect and to agree on the protocol. 10 milliseconds to 5 minutes; default 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time for the answer to the client's name, HELO, MAIL and RCPT, each. 10 milliseconds to 5 minutes; default 20 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Time for taking, and answering, each field and each piece of the body. 10 milliseconds to 5 minutes; default 20 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan ContentTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Time for the answer to the end of the message; begins again with each sign of progress, until <c>Timeout</c> ends the whole stage. 10 milliseconds to 5 minutes; default 25 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan EndTimeout { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Sessions that have a connection to the milter at once; those beyond it fail. 1 to 100,000; default 1,000.</summary>
    [Range(1, 100_000)]
    public int ConnectionsMax { get; init; } = 1_000;

    /// <summary>Largest packet that is taken from the milter, in bytes. 4,096 to 16 MiB; default 1 MiB.</summary>
    [Range(4_096, 16 << 20)]
    public int PacketBytesMax { get; init; } = 1 << 20;

    /// <summary>Changes to one message. 1 to 100,000; default 1,000.</summary>
    [Range(1, 100_000)]
    public int ChangesMax { get; init; } = 1_000;

    /// <summary>Bytes of all changes to one message, a new body included. 4,096 to 1 GiB; default 64 MiB.</summary>
    [Range(4_096, 1 << 30)]
    public int ChangedBytesMax { get; init; } = 64 << 20;

    /// <summary>Failures one after the other after which the milter is not asked for a while. 1 to 1,000; default 5.</summary>
    [Range(1, 1_000)]
    public int BreakerFailures { get; init; } = 5;

    /// <summary>How long it is not asked then. 100 milliseconds to 1 hour; default 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan BreakerPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!MilterAddress.TryParse(Address, out _))
        {
            yield return new ValidationResult($"'{Address}' is not unix:/path, inet:host:port or inet:port@host.", [nameof(Address)]);
        }

        if (Changes.Distinct().Count() != Changes.Count)
        {
            yield return new ValidationResult("A change stands there twice.", [nameof(Changes)]);
        }

        if (OnFailure == MilterFailureAction.Quarantine && !Changes.Contains(MilterChange.Quarantine))
        {
            yield return new ValidationResult("OnFailure is Quarantine, which the milter itself may not do by Changes.", [nameof(OnFailure)]);
        }
    }
}
