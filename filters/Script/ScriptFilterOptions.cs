using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Toolkit.Backends;

namespace EdgeSmtp.Filters.Script;

/// <summary>Options of <see cref="ScriptFilter"/>.</summary>
public sealed record ScriptFilterOptions : IValidatableObject
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The program: an absolute path. A script begins with <c>#!</c> and may be executed.</summary>
    [Required]
    public string Program { get; init; } = string.Empty;

    /// <summary>Its arguments, each as it is: no shell reads them. Default none.</summary>
    [MaxLength(64)]
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables that it gets besides PATH, EDGESMTP_FILTER and EDGESMTP_HOSTNAME, and in their place where names are the same. Default none.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>How many of it run. 1 to 64; default 4. One that answers a question after the other serves as many sessions at once.</summary>
    [Range(1, 64)]
    public int Children { get; init; } = 4;

    /// <summary>Questions that one child may have at once, if it says in its hello that it can. 1 to 1,000; default 100.</summary>
    [Range(1, 1_000)]
    public int ConcurrencyMax { get; init; } = 100;

    /// <summary>Questions asked and waiting for a child, of all children together. 1 to 100,000; default 1,000. What does not fit fails at once.</summary>
    [Range(1, 100_000)]
    public int QuestionsMax { get; init; } = 1_000;

    /// <summary>Time for an answer, waiting for a child included. 10 milliseconds to 5 minutes; default 10 seconds. A child that says nothing for so long is killed.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time from the start of a child to its hello. 100 milliseconds to 5 minutes; default 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest line of a child, in bytes. 1,024 to 1 MiB; default 64 KiB.</summary>
    [Range(1_024, 1 << 20)]
    public int LineBytesMax { get; init; } = 64 << 10;

    /// <summary>Facts that it may publish. Default none: <see cref="ScriptFact.Trusted"/>, for one, lets a client past other filters.</summary>
    [MaxLength(5)]
    public IReadOnlyList<ScriptFact> Facts { get; init; } = [];

    /// <summary>Pause before a child that ended is started anew; doubled from one short life to the next, and a quarter more or less by chance. 10 milliseconds to 1 minute; default 100 milliseconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan RestartPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest pause, the first one included; a child that lives for so long has had no short life. 10 milliseconds to 1 hour; default 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan RestartPauseMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Failures one after the other after which it is not asked for a while. 1 to 1,000; default 5.</summary>
    [Range(1, 1_000)]
    public int BreakerFailures { get; init; } = 5;

    /// <summary>How long it is not asked then. 100 milliseconds to 1 hour; default 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan BreakerPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Lines of its standard error that the log takes in a minute, of all children together. 0 to 10,000; default 60. Of the others it says how many there were.</summary>
    [Range(0, 10_000)]
    public int LogLinesMax { get; init; } = 60;

    internal BackendGuardOptions Limits => new(AnswerTimeout, QuestionsMax, 0, BreakerFailures, BreakerPause);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Path.IsPathRooted(Program))
        {
            // Its working directory is the root, where nothing is to be found.
            yield return new ValidationResult($"'{Program}' is not an absolute path.", [nameof(Program)]);
        }
        else if (!File.Exists(Program) || (File.GetUnixFileMode(Program) & AnyExecute) == 0)
        {
            yield return new ValidationResult($"'{Program}' is no file that may be executed.", [nameof(Program)]);
        }

        if (Arguments.Any(static argument => argument.Contains('\0', StringComparison.Ordinal)))
        {
            yield return new ValidationResult("No argument can hold a NUL.", [nameof(Arguments)]);
        }

        foreach ((string name, string value) in Environment)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0') || value.Contains('\0', StringComparison.Ordinal))
            {
                yield return new ValidationResult($"'{name}' cannot be a variable.", [nameof(Environment)]);
            }
        }
    }
}
