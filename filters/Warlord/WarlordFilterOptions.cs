using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Filters.Warlord.Signatures;
using EdgeSmtp.Protocol.Content;
using EdgeSmtp.Protocol.Mime;
using EdgeSmtp.Toolkit.Patterns;

namespace EdgeSmtp.Filters.Warlord;

/// <summary>Options of <see cref="WarlordFilter"/>.</summary>
public sealed record WarlordFilterOptions : IValidatableObject
{
    /// <summary>
    /// For whom content is compared with <see cref="BadMimeTypes"/>: <c>On</c>, <c>Off</c>, <c>ExceptRelay</c>, <c>Strict</c> (white space within base64 is refused too), or a value of
    /// Spamcontrol's BADMIMETYPE (<c>""</c>, <c>-</c>, <c>+</c>, <c>!</c>). Default <c>On</c>.
    /// </summary>
    public string BadMimeType { get; init; } = "On";

    /// <summary>
    /// For whom content is searched for <see cref="BadLoaderTypes"/>: <c>On</c>, <c>Off</c>, <c>ExceptRelay</c>, or a value of Spamcontrol's BADLOADERTYPE (<c>-</c>, <c>+</c>, or one
    /// character, with which the keys looked for begin). Default <c>Off</c>: five characters are found by chance in one of some hundred large files.
    /// </summary>
    public string BadLoaderType { get; init; } = "Off";

    /// <summary>What bad content begins with: lines of nine characters of base64 or more, of which nine count. Default those of Spamcontrol.</summary>
    [MaxLength(100_000)]
    public IReadOnlyList<string> BadMimeTypes { get; init; } = PrefixList.Shipped;

    /// <summary>File with more of them: a text, or <c>badmimetypes.cdb</c> of Spamcontrol. Default none.</summary>
    public string? BadMimeTypesPath { get; init; }

    /// <summary>What loaders of programs hold: lines of five characters of base64 or more, of which five count. Default those of Spamcontrol.</summary>
    [MaxLength(1_000)]
    public IReadOnlyList<string> BadLoaderTypes { get; init; } = LoaderList.Shipped;

    /// <summary>File with more of them: a text, or <c>badloadertypes.cdb</c> of Spamcontrol. Default none.</summary>
    public string? BadLoaderTypesPath { get; init; }

    /// <summary>Bad names of files and of members of archives: wildmat patterns, without case, of which the last match wins and <c>!pattern</c> takes it back. Default <see cref="DangerousFiles.Names"/>.</summary>
    [MaxLength(10_000)]
    public IReadOnlyList<string> FileNames { get; init; } = DangerousFiles.Names;

    /// <summary>File with more of them. Default none.</summary>
    public string? FileNamesPath { get; init; }

    /// <summary>Bad MIME types, as patterns in the same way. Default <see cref="DangerousFiles.MediaTypes"/>.</summary>
    [MaxLength(10_000)]
    public IReadOnlyList<string> MediaTypes { get; init; } = DangerousFiles.MediaTypes;

    /// <summary>How often the files are looked at. 1 s to 1 hour; default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ReloadInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What is done about a prefix of <see cref="BadMimeTypes"/>. Default <c>Reject</c>.</summary>
    public WarlordAction OnPrefix { get; init; } = WarlordAction.Reject;

    /// <summary>What is done about a string of <see cref="BadLoaderTypes"/>. Default <c>Reject</c>.</summary>
    public WarlordAction OnLoader { get; init; } = WarlordAction.Reject;

    /// <summary>What is done about a name of <see cref="FileNames"/>. Default <c>Reject</c>.</summary>
    public WarlordAction OnFileName { get; init; } = WarlordAction.Reject;

    /// <summary>What is done about a type of <see cref="MediaTypes"/>. Default <c>Reject</c>.</summary>
    public WarlordAction OnMediaType { get; init; } = WarlordAction.Reject;

    /// <summary>What is done about a program: PE, ELF, Mach-O, Java, by its content. Default <c>Reject</c>.</summary>
    public WarlordAction OnExecutable { get; init; } = WarlordAction.Reject;

    /// <summary>What is done about content that begins with <c>#!</c>. Default <c>Reject</c>.</summary>
    public WarlordAction OnScript { get; init; } = WarlordAction.Reject;

    /// <summary>What is done about a shortcut of Windows. Default <c>Reject</c>.</summary>
    public WarlordAction OnShortcut { get; init; } = WarlordAction.Reject;

    /// <summary>What is done about a document with macros. Default <c>Tag</c>.</summary>
    public WarlordAction OnMacro { get; init; } = WarlordAction.Tag;

    /// <summary>What is done about an image of a disk. Default <c>Reject</c>.</summary>
    public WarlordAction OnDiskImage { get; init; } = WarlordAction.Reject;

    /// <summary>What is done about a zip, RAR or 7z with a member of <see cref="FileNames"/>. Default <c>Reject</c>.</summary>
    public WarlordAction OnArchiveMember { get; init; } = WarlordAction.Reject;

    /// <summary>What is done about an archive that is encrypted, or whose directory is packed. Default <c>Ignore</c>.</summary>
    public WarlordAction OnUnreadableArchive { get; init; } = WarlordAction.Ignore;

    /// <summary>What is done about a message that readers may understand in different ways, <see cref="Tolerated"/> left out. Default <c>Reject</c>.</summary>
    public WarlordAction OnAmbiguous { get; init; } = WarlordAction.Reject;

    /// <summary>What is done about a message over <see cref="DepthMax"/>, <see cref="PartsMax"/> or <see cref="HeaderBytesMax"/>. Default <c>Reject</c>.</summary>
    public WarlordAction OnTooComplex { get; init; } = WarlordAction.Reject;

    /// <summary>What is no reason to call a message ambiguous: what all known readers take alike. Default the four that are common in honest mail.</summary>
    [MaxLength(64)]
    public IReadOnlyList<MimeAmbiguity> Tolerated { get; init; } =
        [MimeAmbiguity.MissingTerminator, MimeAmbiguity.Base64WhiteSpace, MimeAmbiguity.Base64Junk, MimeAmbiguity.Base64Truncated];

    /// <summary>Multiparts and messages within one another. 1 to 64; default 16.</summary>
    [Range(1, MimeLimits.DepthCeiling)]
    public int DepthMax { get; init; } = MimeLimits.Default.DepthMax;

    /// <summary>Parts of a message. 1 to 100,000; default 1,000.</summary>
    [Range(1, 100_000)]
    public int PartsMax { get; init; } = MimeLimits.Default.PartsMax;

    /// <summary>Bytes of the header of a message or part. 1 KiB to 16 MiB; default 256 KiB.</summary>
    [Range(1 << 10, 16 << 20)]
    public int HeaderBytesMax { get; init; } = MimeLimits.Default.HeaderBytesMax;

    /// <summary>Header field that <see cref="WarlordAction.Tag"/> writes. Default <c>X-Warlord</c>.</summary>
    public string TagField { get; init; } = "X-Warlord";

    /// <summary>Whether the fact <c>text-only</c> is published of messages without any attachment, so that scanners may skip them: Spamcontrol's BASE64. Default no.</summary>
    public bool MarkTextOnly { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!CheckMode.TryParsePrefixes(BadMimeType, out _))
        {
            yield return new ValidationResult($"'{BadMimeType}' is none of On, Off, ExceptRelay, Strict, and no value of BADMIMETYPE.", [nameof(BadMimeType)]);
        }

        if (!CheckMode.TryParseLoaders(BadLoaderType, out _))
        {
            yield return new ValidationResult($"'{BadLoaderType}' is none of On, Off, ExceptRelay, and no value of BADLOADERTYPE.", [nameof(BadLoaderType)]);
        }

        if (!HeaderField.IsName(TagField))
        {
            yield return new ValidationResult($"'{TagField}' is no name of a header field.", [nameof(TagField)]);
        }

        foreach ((string list, Action<ICollection<string>> check) in new (string, Action<ICollection<string>>)[]
        {
            (nameof(BadMimeTypes), errors => PrefixList.Parse(BadMimeTypes, errors)),
            (nameof(BadLoaderTypes), errors => LoaderList.Parse(BadLoaderTypes, errors)),
            (nameof(FileNames), errors => WildMatList.Parse(FileNames, ignoreCase: true, errors)),
            (nameof(MediaTypes), errors => WildMatList.Parse(MediaTypes, ignoreCase: true, errors)),
        })
        {
            List<string> errors = [];
            check(errors);
            foreach (string error in errors)
            {
                yield return new ValidationResult(error, [list]);
            }
        }
    }
}
