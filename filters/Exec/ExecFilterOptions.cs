using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Filters.Exec;

/// <summary>Options of <see cref="ExecFilter"/>.</summary>
public sealed record ExecFilterOptions : IValidatableObject
{
    /// <summary>The program that QMAILQUEUE would name: an absolute path.</summary>
    [Required]
    public string Program { get; init; } = string.Empty;

    /// <summary>Its arguments, each as it is: no shell reads them. Default none.</summary>
    [MaxLength(64)]
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables that it gets besides those of the session, and in their place where names are the same. Default none.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whose exit codes it knows. Default <see cref="ExecDialect.Spamcontrol"/>.</summary>
    public ExecDialect Dialect { get; init; }

    /// <summary>Folder in memory under which each run gets one of its own, which is removed with it. Made when it is not there, for us alone. Default <c>/dev/shm</c>.</summary>
    [Required]
    public string RunFolder { get; init; } = "/dev/shm";

    /// <summary>Programs that run at once. 1 to 1,000; default 8.</summary>
    [Range(1, 1_000)]
    public int ConcurrencyMax { get; init; } = 8;

    /// <summary>Messages that wait for one of them. 0 to 100,000; default 100.</summary>
    [Range(0, 100_000)]
    public int WaitingMax { get; init; } = 100;

    /// <summary>Largest file that it may write, and so the largest message that it gives back, in bytes. 4,096 to 1 GiB; default 64 MiB.</summary>
    [Range(4_096, 1 << 30)]
    public int MessageBytesMax { get; init; } = 64 << 20;

    /// <summary>Recipients that it may name. 1 to 100,000; default 1,000.</summary>
    [Range(1, 100_000)]
    public int RecipientsMax { get; init; } = 1_000;

    /// <summary>Failures one after the other after which it is not run for a while. 1 to 1,000; default 5.</summary>
    [Range(1, 1_000)]
    public int BreakerFailures { get; init; } = 5;

    /// <summary>How long it is not run then. 100 milliseconds to 1 hour; default 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan BreakerPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Path.IsPathRooted(Program))
        {
            // Its working directory is a folder of the run, in which nothing is to be found.
            yield return new ValidationResult($"'{Program}' is not an absolute path.", [nameof(Program)]);
        }

        if (!Path.IsPathRooted(RunFolder))
        {
            yield return new ValidationResult($"'{RunFolder}' is not an absolute path.", [nameof(RunFolder)]);
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
