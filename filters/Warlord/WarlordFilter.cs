using System.Collections.Concurrent;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Warlord.Signatures;
using EdgeSmtp.Protocol.Mime;
using EdgeSmtp.Toolkit.Files;
using EdgeSmtp.Toolkit.Patterns;

namespace EdgeSmtp.Filters.Warlord;

/// <summary>Looks at attachments while they arrive: signatures, names, types, what content is by itself, and what archives hold. Decides before the last byte where it can.</summary>
public sealed class WarlordFilter : IBodyFilter, IAsyncDisposable
{
    /// <summary>Content begins with a prefix of the list.</summary>
    public static readonly FilterReason BadMimeType = new(VerdictKind.Reject, "bad-mime-type", 554, "5.7.1", "Attachment of this kind is not accepted");

    /// <summary>Content has a loader string of the list in it.</summary>
    public static readonly FilterReason BadLoaderType = new(VerdictKind.Reject, "bad-loader-type", 554, "5.7.1", "Attachment with a program loader is not accepted");

    /// <summary>White space within base64, and <c>Strict</c>.</summary>
    public static readonly FilterReason WhiteSpace = new(VerdictKind.Reject, "base64-white-space", 554, "5.6.0", "White space within base64 is not accepted");

    /// <summary>A bad file name.</summary>
    public static readonly FilterReason BadFileName = new(VerdictKind.Reject, "bad-file-name", 554, "5.7.1", "Attachment with a file name of this kind is not accepted");

    /// <summary>A bad MIME type.</summary>
    public static readonly FilterReason BadMediaType = new(VerdictKind.Reject, "bad-media-type", 554, "5.7.1", "Attachment with a MIME type of this kind is not accepted");

    /// <summary>A program by its content.</summary>
    public static readonly FilterReason Executable = new(VerdictKind.Reject, "executable", 554, "5.7.1", "Attached programs are not accepted");

    /// <summary>A script by its content.</summary>
    public static readonly FilterReason Script = new(VerdictKind.Reject, "script", 554, "5.7.1", "Attached scripts are not accepted");

    /// <summary>A shortcut by its content.</summary>
    public static readonly FilterReason Shortcut = new(VerdictKind.Reject, "shortcut", 554, "5.7.1", "Attached shortcuts are not accepted");

    /// <summary>A document with macros.</summary>
    public static readonly FilterReason Macro = new(VerdictKind.Reject, "macro", 554, "5.7.1", "Documents with macros are not accepted");

    /// <summary>An image of a disk.</summary>
    public static readonly FilterReason DiskImage = new(VerdictKind.Reject, "disk-image", 554, "5.7.1", "Images of disks are not accepted");

    /// <summary>A bad file name within an archive.</summary>
    public static readonly FilterReason ArchiveMember = new(VerdictKind.Reject, "archive-member", 554, "5.7.1", "Archive with a file of this kind is not accepted");

    /// <summary>An archive that cannot be looked into.</summary>
    public static readonly FilterReason UnreadableArchive = new(VerdictKind.Reject, "unreadable-archive", 554, "5.7.1", "Archives that cannot be looked into are not accepted");

    /// <summary>Readers may understand the message in different ways.</summary>
    public static readonly FilterReason Ambiguous = new(VerdictKind.Reject, "ambiguous-mime", 554, "5.6.0", "Message can be read in different ways, so that its content cannot be checked");

    /// <summary>More structure than is followed.</summary>
    public static readonly FilterReason TooComplex = new(VerdictKind.Reject, "mime-too-complex", 554, "5.6.0", "Message has too many parts, or too long headers");

    /// <summary>Anything of the above whose action is <see cref="WarlordAction.Quarantine"/>.</summary>
    public static readonly FilterReason Held = new(VerdictKind.Quarantine, "attachment-held", 250, "2.0.0", "Held for inspection");

    /// <summary>Sinks kept for further messages.</summary>
    private const int IdleSinksMax = 256;

    private readonly SignatureFile<PrefixList> _prefixes;
    private readonly SignatureFile<LoaderList> _loaders;
    private readonly ReloadedFile<WildMatList>? _namesFile;
    private readonly WildMatList _names;
    private readonly CheckMode _prefixMode;
    private readonly CheckMode _loaderMode;
    private readonly ConcurrentQueue<WarlordSink> _idle = new();

    /// <summary>Creates the filter.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="context">Its context.</param>
    /// <exception cref="InvalidDataException">A file is wrong.</exception>
    public WarlordFilter(WarlordFilterOptions options, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        Options = options;
        Context = context;
        if (!CheckMode.TryParsePrefixes(options.BadMimeType, out _prefixMode) || !CheckMode.TryParseLoaders(options.BadLoaderType, out _loaderMode))
        {
            throw new ArgumentException("A switch has a value that it does not know.", nameof(options));
        }

        _prefixes = new SignatureFile<PrefixList>(options.BadMimeTypes, options.BadMimeTypesPath, options.ReloadInterval, PrefixList.Parse, context);
        _loaders = new SignatureFile<LoaderList>(
            options.BadLoaderTypes, options.BadLoaderTypesPath, options.ReloadInterval, (lines, errors) => LoaderList.Parse(lines, errors).BeginningWith(_loaderMode.First), context);
        _names = WildMatList.Parse(options.FileNames, ignoreCase: true, []);
        if (options.FileNamesPath is not null)
        {
            _namesFile = new ReloadedFile<WildMatList>(
                options.FileNamesPath, options.ReloadInterval, (lines, errors) => WildMatList.Parse([.. options.FileNames, .. lines], ignoreCase: true, errors), context.Time, context.Logger);
        }

        MediaTypes = WildMatList.Parse(options.MediaTypes, ignoreCase: true, []);
        Tolerated = options.Tolerated.Aggregate(MimeAmbiguities.None, static (all, one) => all.With(one));
        Limits = new MimeLimits { DepthMax = options.DepthMax, PartsMax = options.PartsMax, HeaderBytesMax = options.HeaderBytesMax };
    }

    internal WarlordFilterOptions Options { get; }

    internal FilterContext Context { get; }

    internal MimeLimits Limits { get; }

    internal MimeAmbiguities Tolerated { get; }

    internal WildMatList MediaTypes { get; }

    internal WildMatList FileNames => _namesFile?.Current ?? _names;

    internal bool RefusesWhiteSpace => _prefixMode.RefusesWhiteSpace;

    /// <inheritdoc />
    public IBodySink OpenBody(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (!_idle.TryDequeue(out WarlordSink? sink))
        {
            sink = new WarlordSink(this);
        }

        bool mayRelay = transaction.Session.MayRelay;
        sink.Begin(transaction, _prefixMode.Concerns(mayRelay) ? _prefixes.Current : null, _loaderMode.Concerns(mayRelay) ? _loaders.Current : null);
        return sink;
    }

    /// <summary>Stops watching the files.</summary>
    public async ValueTask DisposeAsync()
    {
        await _prefixes.DisposeAsync();
        await _loaders.DisposeAsync();
        if (_namesFile is not null)
        {
            await _namesFile.DisposeAsync();
        }
    }

    internal static FilterReason ReasonOf(WarlordFinding finding) => finding switch
    {
        WarlordFinding.Prefix => BadMimeType,
        WarlordFinding.Loader => BadLoaderType,
        WarlordFinding.WhiteSpace => WhiteSpace,
        WarlordFinding.FileName => BadFileName,
        WarlordFinding.MediaType => BadMediaType,
        WarlordFinding.Executable => Executable,
        WarlordFinding.Script => Script,
        WarlordFinding.Shortcut => Shortcut,
        WarlordFinding.Macro => Macro,
        WarlordFinding.DiskImage => DiskImage,
        WarlordFinding.ArchiveMember => ArchiveMember,
        WarlordFinding.UnreadableArchive => UnreadableArchive,
        WarlordFinding.Ambiguous => Ambiguous,
        _ => TooComplex,
    };

    internal WarlordAction ActionOf(WarlordFinding finding) => finding switch
    {
        WarlordFinding.Prefix => Options.OnPrefix,
        WarlordFinding.Loader => Options.OnLoader,
        WarlordFinding.WhiteSpace => RefusesWhiteSpace ? Options.OnPrefix : WarlordAction.Ignore,
        WarlordFinding.FileName => Options.OnFileName,
        WarlordFinding.MediaType => Options.OnMediaType,
        WarlordFinding.Executable => Options.OnExecutable,
        WarlordFinding.Script => Options.OnScript,
        WarlordFinding.Shortcut => Options.OnShortcut,
        WarlordFinding.Macro => Options.OnMacro,
        WarlordFinding.DiskImage => Options.OnDiskImage,
        WarlordFinding.ArchiveMember => Options.OnArchiveMember,
        WarlordFinding.UnreadableArchive => Options.OnUnreadableArchive,
        WarlordFinding.Ambiguous => Options.OnAmbiguous,
        _ => Options.OnTooComplex,
    };

    /// <summary>Takes a sink back.</summary>
    internal void Return(WarlordSink sink)
    {
        if (_idle.Count < IdleSinksMax)
        {
            _idle.Enqueue(sink);
        }
    }
}
