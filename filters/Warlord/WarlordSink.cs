using System.Buffers;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Warlord.Contents;
using EdgeSmtp.Filters.Warlord.Signatures;
using EdgeSmtp.Protocol.Mime;
using EdgeSmtp.Toolkit.Patterns;

namespace EdgeSmtp.Filters.Warlord;

/// <summary>Looks through one message. Used again for further ones, so that a message that has nothing costs no memory.</summary>
internal sealed class WarlordSink : IBodySink, IPartFindings
{
    private const int DetailMax = 200;
    private const int TagFindingsMax = 8;
    private const int NameCharactersMax = 2048;

    private readonly WarlordFilter _filter;
    private readonly MessageScan _message;
    private readonly List<string> _tags = [];
    private Transaction? _transaction;
    private bool _comparesPrefixes;
    private WildMatList _names = WildMatList.Empty;
    private WarlordAction _worst;
    private WarlordFinding _finding;
    private string? _detail;
    private bool _isTextOnly;

    public WarlordSink(WarlordFilter filter)
    {
        _filter = filter;
        _message = new MessageScan(this, filter.Limits, 0);
    }

    /// <summary>Whether nothing that may still come could make it worse.</summary>
    public bool IsDecided => _worst == WarlordAction.Reject;

    /// <summary>Begins a message.</summary>
    public void Begin(Transaction transaction, PrefixList? prefixes, LoaderList? loaders)
    {
        _transaction = transaction;
        _comparesPrefixes = prefixes is not null;
        _names = _filter.FileNames;
        _worst = WarlordAction.Ignore;
        _detail = null;
        _isTextOnly = true;
        _tags.Clear();
        _message.Begin(prefixes, loaders);
    }

    public ValueTask<SinkState> WriteAsync(ReadOnlySequence<byte> chunk, CancellationToken cancellationToken)
    {
        foreach (ReadOnlyMemory<byte> memory in chunk)
        {
            _message.Scan(memory.Span);
            if (IsDecided)
            {
                return new(SinkState.Decided);
            }
        }

        return new(SinkState.More);
    }

    public ValueTask CompleteAsync(RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        if (!IsDecided)
        {
            _message.Finish();
        }

        if (_worst == WarlordAction.Reject)
        {
            verdicts.SetAll(Verdict.From(WarlordFilter.ReasonOf(_finding), _detail));
            return default;
        }

        if (_worst == WarlordAction.Quarantine)
        {
            verdicts.SetAll(Verdict.From(WarlordFilter.Held, $"{WarlordFilter.ReasonOf(_finding).Token}: {_detail}"));
        }

        if (_tags.Count > 0)
        {
            _filter.Context.Changes(_transaction!).InsertHeader(_filter.Options.TagField, string.Join("; ", _tags));
            _filter.Context.Publish(_transaction!, KnownFacts.Tagged, true);
        }

        if (_isTextOnly && _filter.Options.MarkTextOnly)
        {
            _filter.Context.Publish(_transaction!, WarlordFacts.TextOnly, true);
        }

        return default;
    }

    public ValueTask DisposeAsync()
    {
        if (_transaction is not null)
        {
            _transaction = null;
            _filter.Return(this);
        }

        return default;
    }

    /// <summary>Judges what the header of a part says.</summary>
    public void JudgePart(in MimePart part)
    {
        _isTextOnly &= part.Kind == MimePartKind.Multipart
            || (part.Kind == MimePartKind.Leaf && part.IsText && part.Encoding is MimeEncoding.Identity or MimeEncoding.QuotedPrintable && part.Names.IsEmpty);
        Compare(WarlordFinding.MediaType, _filter.MediaTypes, part.MediaType);
        foreach (ReadOnlySpan<byte> name in part.Names)
        {
            Compare(WarlordFinding.FileName, _names, name);
        }
    }

    /// <summary>Judges that readers may differ.</summary>
    public void JudgeAmbiguity(MimeAmbiguity ambiguity)
    {
        _isTextOnly = false;
        switch (ambiguity)
        {
            case MimeAmbiguity.TooDeep or MimeAmbiguity.TooManyParts or MimeAmbiguity.HeaderTooLarge:
                Found(WarlordFinding.TooComplex, ambiguity.ToString());
                break;
            case MimeAmbiguity.Base64WhiteSpace when _filter.RefusesWhiteSpace && _comparesPrefixes:
                Found(WarlordFinding.WhiteSpace, ambiguity.ToString());
                break;
            case var _ when !_filter.Tolerated.Has(ambiguity):
                Found(WarlordFinding.Ambiguous, ambiguity.ToString());
                break;
        }
    }

    void IArchiveHandler.OnMember(ReadOnlySpan<byte> name)
    {
        // Office documents are zips, and this member is their macros.
        if (name.EndsWith("vbaProject.bin"u8))
        {
            Found(WarlordFinding.Macro, "vbaProject.bin");
        }

        Compare(WarlordFinding.ArchiveMember, _names, name);
    }

    void IArchiveHandler.OnUnreadable(string why) => Found(WarlordFinding.UnreadableArchive, why);

    public void Found(WarlordFinding finding, string detail)
    {
        WarlordAction action = _filter.ActionOf(finding);
        if (action == WarlordAction.Tag && _tags.Count < TagFindingsMax)
        {
            string tag = $"{WarlordFilter.ReasonOf(finding).Token} ({Printable(detail)})";
            if (!_tags.Contains(tag))
            {
                _tags.Add(tag);
            }
        }

        if (action <= _worst)
        {
            return;
        }

        _worst = action;
        _finding = finding;
        _detail = Printable(detail);
    }

    private static string Printable(string text) =>
        string.Concat(text.Take(DetailMax).Select(static c => c is >= ' ' and <= '~' ? c : '?'));

    /// <summary>Looks whether a list has something against a text. An archive may have thousands of members: what nothing is done about is not looked up.</summary>
    private void Compare(WarlordFinding finding, WildMatList list, ReadOnlySpan<byte> text)
    {
        WarlordAction action = _filter.ActionOf(finding);
        if (action == WarlordAction.Ignore || (action <= _worst && action != WarlordAction.Tag))
        {
            return;
        }

        Span<char> characters = stackalloc char[NameCharactersMax];
        text = text[..Math.Min(text.Length, characters.Length)];
        ReadOnlySpan<char> read = characters[..Encoding.UTF8.GetChars(text, characters)];
        if (list.Find(read) is { } pattern)
        {
            Found(finding, $"{read} is {pattern}");
        }
    }
}
