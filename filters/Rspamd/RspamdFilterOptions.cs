using System.Buffers;
using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Protocol.Content;
using EdgeSmtp.Toolkit.Backends;
using EdgeSmtp.Toolkit.Net;
using EdgeSmtp.Toolkit.Scanning;

namespace EdgeSmtp.Filters.Rspamd;

/// <summary>Options of <see cref="RspamdFilter"/>.</summary>
public sealed record RspamdFilterOptions : ScannerOptions, IValidatableObject
{
    internal const int PortDefault = 11333;

    private const int SettingsIdCharsMax = 100;

    private static readonly SearchValues<char> SettingsIdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    /// <summary>
    /// Where the normal workers of rspamd listen: <c>/path</c> of a Unix socket, <c>host</c>, <c>host:port</c>, <c>[v6]:port</c>. 1 to 16; default <c>127.0.0.1:11333</c>. A scan goes to the one
    /// with the fewest scans, and to the next when that one fails.
    /// </summary>
    [MinLength(1)]
    [MaxLength(GuardedServers<object>.ServersMax)]
    public IReadOnlyList<string> Servers { get; init; } = ["127.0.0.1:11333"];

    /// <summary>The settings of rspamd that count, by their <c>id</c>: letters, digits, <c>. _ -</c>, at most 100. Default none.</summary>
    public string? SettingsId { get; init; }

    /// <summary>Different settings for which one message is scanned. 1 to 100; default 8. Further recipients share a scan without settings.</summary>
    [Range(1, 100)]
    public int SettingsMax { get; init; } = 8;

    /// <summary>What is different for some recipients: <c>user@dom</c>, or <c>dom</c> for all of a domain. The address counts before the domain. At most 100,000; default none.</summary>
    public IReadOnlyDictionary<string, RspamdProfileOptions> Recipients { get; init; } = new Dictionary<string, RspamdProfileOptions>();

    /// <summary>Whether mail that rspamd refuses is held instead. Default no.</summary>
    public bool QuarantineRejected { get; init; }

    /// <summary>Whether the action <c>greylist</c> tells the client to come again. Default no: the greylist module of rspamd says <c>soft reject</c> when it wants that.</summary>
    public bool DeferGreylisted { get; init; }

    /// <summary>Whether a refused client reads what rspamd says of it. Default no.</summary>
    public bool TellMessage { get; init; }

    /// <summary>Whether rspamd may replace the reverse-path. Default no.</summary>
    public bool ChangeFrom { get; init; }

    /// <summary>The field of the action <c>add header</c>, unless rspamd names one. Default <c>X-Spam</c>, with the value <c>Yes</c>.</summary>
    public string SpamField { get; init; } = "X-Spam";

    /// <summary>What is put in front of the Subject by the action <c>rewrite subject</c>, unless rspamd says what it is to be. At most 60 printable ASCII characters; default <c>***SPAM***</c>.</summary>
    [Length(1, 60)]
    public string SubjectTag { get; init; } = "***SPAM***";

    /// <summary>Points that a threshold filter gets for each point of rspamd, under the name of this instance. 0 (none) to 100; default 1.</summary>
    [Range(0.0, 100.0)]
    public double ScoreFactor { get; init; } = 1;

    /// <summary>Largest message that is scanned, in bytes. 1,024 to 1,073,741,824; default 52,428,800, as <c>max_message</c> of rspamd.</summary>
    [Range(1024L, 1L << 30)]
    public override long SizeBytesMax { get; init; } = 50L << 20;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (string server in Servers.Where(static server => !BackendAddress.TryParse(server, PortDefault, out _)))
        {
            yield return new ValidationResult($"'{server}' is no path, host, host:port or [v6]:port", [nameof(Servers)]);
        }

        if (!IsSettingsId(SettingsId))
        {
            yield return new ValidationResult($"'{SettingsId}' is no id of settings", [nameof(SettingsId)]);
        }

        if (!HeaderField.IsName(SpamField))
        {
            yield return new ValidationResult($"'{SpamField}' is no name of a header field (RFC 5322 §2.2)", [nameof(SpamField)]);
        }

        if (SubjectTag.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            yield return new ValidationResult("only printable ASCII is possible", [nameof(SubjectTag)]);
        }

        if (Recipients.Count > RecipientNames.Max)
        {
            yield return new ValidationResult($"at most {RecipientNames.Max} are possible", [nameof(Recipients)]);
        }

        foreach ((string name, RspamdProfileOptions profile) in Recipients)
        {
            if (RecipientNames.KeyOf(name) is null)
            {
                yield return new ValidationResult($"'{name}' is no address and no domain", [nameof(Recipients)]);
            }

            if (!IsSettingsId(profile.SettingsId))
            {
                yield return new ValidationResult($"'{name}': '{profile.SettingsId}' is no id of settings", [nameof(Recipients)]);
            }
        }
    }

    private static bool IsSettingsId(string? id) => id is null || (id.Length is > 0 and <= SettingsIdCharsMax && !id.AsSpan().ContainsAnyExcept(SettingsIdCharacters));
}
