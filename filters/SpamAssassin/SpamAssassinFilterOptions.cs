using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Filters.SpamAssassin.Spamd;
using EdgeSmtp.Toolkit.Backends;
using EdgeSmtp.Toolkit.Net;
using EdgeSmtp.Toolkit.Scanning;

namespace EdgeSmtp.Filters.SpamAssassin;

/// <summary>Options of <see cref="SpamAssassinFilter"/>. A threshold is reached by a score that is equal to it; one that is not set never speaks.</summary>
public sealed record SpamAssassinFilterOptions : ScannerOptions, IValidatableObject
{
    internal const int PortDefault = 783;

    private const int SubjectTagCharsMax = 60;

    /// <summary>Where spamd listens: <c>/path</c> of a Unix socket, <c>host</c>, <c>host:port</c>, <c>[v6]:port</c>. 1 to 16; default <c>127.0.0.1:783</c>. A scan goes to the one with the fewest scans, and to the next when that one fails.</summary>
    [MinLength(1)]
    [MaxLength(GuardedServers<object>.ServersMax)]
    public IReadOnlyList<string> Servers { get; init; } = ["127.0.0.1:783"];

    /// <summary>What spamd is asked for. Default <see cref="SpamdCommand.Symbols"/>.</summary>
    public SpamdCommand Command { get; init; } = SpamdCommand.Symbols;

    /// <summary>Whether messages are sent compressed, for a spamd far away: it costs a copy. Default no.</summary>
    public bool Compress { get; init; }

    /// <summary>
    /// Whose preferences count at spamd: a name, or one made of the recipient with <c>{address}</c>, <c>{local}</c> or <c>{domain}</c>, in lower case and without extension. Default nobody's.
    /// Recipients of one name share a scan.
    /// </summary>
    public string? User { get; init; }

    /// <summary>Different names for which one message is scanned. 1 to 100; default 8. Further recipients share a scan without a name.</summary>
    [Range(1, 100)]
    public int UsersMax { get; init; } = 8;

    /// <summary>Points from which a message counts as spam: its fields say so, and a bounce for it is held. -1,000 to 1,000; default what spamd says, for the user.</summary>
    [Range(-1000.0, 1000.0)]
    public double? Tag { get; init; }

    /// <summary>Points from which it is taken and held. -1,000 to 1,000; default none.</summary>
    [Range(-1000.0, 1000.0)]
    public double? Quarantine { get; init; }

    /// <summary>Points from which it is refused. -1,000 to 1,000; default none.</summary>
    [Range(-1000.0, 1000.0)]
    public double? Reject { get; init; }

    /// <summary>What is different for some recipients: <c>user@dom</c>, or <c>dom</c> for all of a domain. The address counts before the domain. At most 100,000; default none.</summary>
    public IReadOnlyDictionary<string, SpamProfileOptions> Recipients { get; init; } = new Dictionary<string, SpamProfileOptions>();

    /// <summary>Which messages get <c>X-Spam-</c> fields. Default <see cref="SpamFields.All"/>.</summary>
    public SpamFields Fields { get; init; }

    /// <summary>What is put in front of the Subject of spam. At most 60 printable ASCII characters; default nothing.</summary>
    public string? SubjectTag { get; init; }

    /// <summary>Points that a threshold filter gets for each point of spamd, under the name of this instance. 0 (none) to 100; default 1.</summary>
    [Range(0.0, 100.0)]
    public double ScoreFactor { get; init; } = 1;

    /// <summary>Largest message that is scanned, in bytes. 1,024 to 1,073,741,824; default 524,288: SpamAssassin needs seconds for large ones, and spam is small.</summary>
    [Range(1024L, 1L << 30)]
    public override long SizeBytesMax { get; init; } = 512 * 1024;

    /// <summary>A file that changes when the rules of spamd do, such as <c>/var/lib/spamassassin/4.000001/updates_spamassassin_org.cf</c>: what was found by old rules is then forgotten. Default none.</summary>
    public string? RulesFile { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (string server in Servers.Where(static server => !BackendAddress.TryParse(server, PortDefault, out _)))
        {
            yield return new ValidationResult($"'{server}' is no path, host, host:port or [v6]:port", [nameof(Servers)]);
        }

        if (User is not null && !SpamdUser.IsTemplate(User))
        {
            yield return new ValidationResult($"'{User}' is no name for spamd", [nameof(User)]);
        }

        if (SubjectTag is not null && (SubjectTag.Length is 0 or > SubjectTagCharsMax || SubjectTag.AsSpan().ContainsAnyExceptInRange(' ', '~')))
        {
            yield return new ValidationResult($"1 to {SubjectTagCharsMax} printable ASCII characters are possible", [nameof(SubjectTag)]);
        }

        if (Recipients.Count > RecipientNames.Max)
        {
            yield return new ValidationResult($"at most {RecipientNames.Max} are possible", [nameof(Recipients)]);
        }

        foreach ((string name, SpamProfileOptions profile) in Recipients)
        {
            if (RecipientNames.KeyOf(name) is null)
            {
                yield return new ValidationResult($"'{name}' is no address and no domain", [nameof(Recipients)]);
            }

            if (profile.User is not null && !SpamdUser.IsTemplate(profile.User))
            {
                yield return new ValidationResult($"'{name}': '{profile.User}' is no name for spamd", [nameof(Recipients)]);
            }
        }
    }
}
