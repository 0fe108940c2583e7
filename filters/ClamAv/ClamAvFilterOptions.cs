using System.ComponentModel.DataAnnotations;
using System.Globalization;
using EdgeSmtp.Filters.ClamAv.Clamd;
using EdgeSmtp.Toolkit.Backends;
using EdgeSmtp.Toolkit.Net;
using EdgeSmtp.Toolkit.Scanning;

namespace EdgeSmtp.Filters.ClamAv;

/// <summary>Options of <see cref="ClamAvFilter"/>. What it has of <see cref="BackendOptions"/> holds for each server, or for the program.</summary>
public sealed record ClamAvFilterOptions : BackendOptions, IValidatableObject
{
    /// <summary>Port of clamd where none is named.</summary>
    public const int DefaultPort = 3310;

    private const string Plugin = "plugin:";

    /// <summary>
    /// The clamds in the order of preference: <c>/path</c> of a Unix socket, <c>host</c>, <c>host:port</c>, <c>[v6]:port</c>. The first that answers decides. 1 to 16; default that of Debian.
    /// Not asked with a <see cref="Program"/>.
    /// </summary>
    [MinLength(1)]
    [MaxLength(16)]
    public IReadOnlyList<string> Servers { get; init; } = ["/run/clamav/clamd.ctl"];

    /// <summary>Whether the servers take turns in being the first, instead of in the order of preference. Default no.</summary>
    public bool Rotate { get; init; }

    /// <summary>How clamd gets the message. Default <see cref="ClamdMethod.Auto"/>.</summary>
    public ClamdMethod Method { get; init; }

    /// <summary>
    /// A program that scans instead of clamd (<c>QHPSI</c>): a name or path, and its arguments between spaces, one of which may be <c>%s</c>, the file; no shell reads them. Empty, the
    /// default: clamd.
    /// </summary>
    public string Program { get; init; } = string.Empty;

    /// <summary>A further argument of the program, behind the file (<c>QHPSIARG1</c>). Default none.</summary>
    public string ProgramArgument1 { get; init; } = string.Empty;

    /// <summary>The next (<c>QHPSIARG2</c>). Default none.</summary>
    public string ProgramArgument2 { get; init; } = string.Empty;

    /// <summary>The last (<c>QHPSIARG3</c>). Default none.</summary>
    public string ProgramArgument3 { get; init; } = string.Empty;

    /// <summary>Exit code of the program that means "infected" (<c>QHPSIRC</c>). 0 to 255; default 1.</summary>
    [Range(0, 255)]
    public int InfectedExitCode { get; init; } = 1;

    /// <summary>Exit code of the program that means "clean" (<c>QHPSIRN</c> of indimail). 0 to 255; default 0. Every other code is a failure.</summary>
    [Range(0, 255)]
    public int CleanExitCode { get; init; }

    /// <summary>Bytes, our trace fields included, below which a message is taken unscanned and marked (<c>QHPSIMINSIZE</c>). 0 to 1 GiB; default 0: every message is scanned.</summary>
    [Range(0L, 1L << 30)]
    public long SizeBytesMin { get; init; }

    /// <summary>
    /// Bytes above which a message is not scanned, and <see cref="Unscanned"/> says what becomes of it (<c>QHPSIMAXSIZE</c>). 1 to 4 GiB; default 100 MiB, as <c>MaxFileSize</c> of clamd: let
    /// clamd take at least as much.
    /// </summary>
    [Range(1L, 4L << 30)]
    public long SizeBytesMax { get; init; } = 100L << 20;

    /// <summary>What becomes of a message in which something was found. Default <see cref="VirusAction.Reject"/>.</summary>
    public VirusAction OnVirus { get; init; }

    /// <summary>What becomes of a message that was not, or not wholly, looked into: too large for us or for the scanner, or encrypted. Default <see cref="UnscannedAction.Mark"/>.</summary>
    public UnscannedAction Unscanned { get; init; }

    /// <summary>
    /// Beginnings of names by which clamd says that it did not look into all of the message. Up to 64; default its limits (they need <c>AlertExceedsMax yes</c>) and encryption (<c>AlertEncrypted
    /// yes</c>).
    /// </summary>
    [MaxLength(64)]
    public IReadOnlyList<string> UnscannedNames { get; init; } = ["Heuristics.Limits.Exceeded", "Heuristics.Encrypted"];

    /// <summary>
    /// What becomes of a message when no scanner can say: dead, frozen, slow, too busy, an error. Default <see cref="UnscannedAction.Defer"/>; <see cref="UnscannedAction.Mark"/> is to fail open, loudly.
    /// </summary>
    public UnscannedAction OnFailure { get; init; } = UnscannedAction.Defer;

    /// <summary>Name of the field that says what was found. Default <c>X-Virus-Status</c>.</summary>
    [MinLength(1)]
    [RegularExpression("^[A-Za-z0-9-]{1,70}$")]
    public string StatusField { get; init; } = "X-Virus-Status";

    /// <summary>Whether a clean message gets the field too. Default no: most mail is.</summary>
    public bool MarkClean { get; init; }

    /// <summary>Whether a field of that name that came from outside is removed. Default yes.</summary>
    public bool RemoveForged { get; init; } = true;

    /// <summary>Time for one scan on one server. 100 milliseconds to 5 minutes; default 20 seconds. The <c>Timeout</c> of the filter bounds all of them and the wait for a place.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan ScanTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often clamd is asked for the version of its signatures, which ends what is remembered. 1 second to 1 hour; default 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan VersionInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What clamd found, by content and signatures.</summary>
    public VerdictCacheOptions Cache { get; init; } = new();

    /// <summary>All that makes the servers what they are: instances that agree in it share them.</summary>
    internal string ServerSettings => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join(' ', Servers)} {Rotate} {Method} {Within(ScanTimeout)} {VersionInterval}");

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (string server in Servers)
        {
            if (!BackendAddress.TryParse(server, DefaultPort, out BackendAddress? address))
            {
                yield return new ValidationResult($"'{server}' is no path, host, host:port or [v6]:port", [nameof(Servers)]);
            }
            else if (Method == ClamdMethod.Descriptor && !address.IsUnix)
            {
                yield return new ValidationResult($"a descriptor cannot be passed to '{server}', which is no Unix socket", [nameof(Method)]);
            }
        }

        if (SizeBytesMin > SizeBytesMax)
        {
            yield return new ValidationResult("no message would be scanned", [nameof(SizeBytesMax)]);
        }

        if (InfectedExitCode == CleanExitCode)
        {
            yield return new ValidationResult("one exit code cannot mean both", [nameof(CleanExitCode)]);
        }

        if (Program.Length > 0 && string.IsNullOrWhiteSpace(Program))
        {
            yield return new ValidationResult("names no program", [nameof(Program)]);
        }

        if (Program.StartsWith(Plugin, StringComparison.Ordinal))
        {
            yield return new ValidationResult("plug-ins of indimail are not loaded here; name a program", [nameof(Program)]);
        }
    }
}
