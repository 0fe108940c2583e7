using EdgeSmtp.Filters.Warlord.Signatures;
using EdgeSmtp.Protocol.Mime;

namespace EdgeSmtp.Filters.Warlord;

/// <summary>Goes through the parts of one message: the one that arrives, or one that is attached to it as a file.</summary>
/// <param name="sink">Judges what is found.</param>
/// <param name="limits">How much structure is followed.</param>
/// <param name="level">Files within files around this message.</param>
internal sealed class MessageScan(WarlordSink sink, MimeLimits limits, int level) : IMimeHandler
{
    private readonly MimeScanner _scanner = new(limits);
    private readonly Stack<bool> _leaves = new();

    // A uuencoded file stands within a text that goes on behind it: of two leaves the outer one waits.
    private LeafScan _leaf = new();
    private LeafScan _waiting = new();
    private int _openLeaves;
    private PrefixList? _prefixes;
    private LoaderList? _loaders;

    /// <summary>Begins a message.</summary>
    public void Begin(PrefixList? prefixes, LoaderList? loaders)
    {
        _prefixes = prefixes;
        _loaders = loaders;
        _openLeaves = 0;
        _leaves.Clear();
        _scanner.Begin(this);
    }

    /// <summary>Takes the next bytes of the message.</summary>
    public void Scan(ReadOnlySpan<byte> content) => _scanner.Scan(content);

    /// <summary>The message has ended.</summary>
    public void Finish() => _scanner.Finish();

    void IMimeHandler.OnPartBegin(in MimePart part)
    {
        bool isLeaf = part.Kind == MimePartKind.Leaf;
        _leaves.Push(isLeaf);
        if (isLeaf)
        {
            if (_openLeaves++ > 0)
            {
                (_leaf, _waiting) = (_waiting, _leaf);
            }

            _leaf.Begin();
        }

        sink.JudgePart(part);
        if (isLeaf && AttachedMessages.Are(part.Names))
        {
            Open();
        }
    }

    void IMimeHandler.OnContent(ReadOnlySpan<byte> content)
    {
        if (sink.IsDecided)
        {
            return;
        }

        _leaf.Part.Take(content, _loaders, _prefixes, sink);
        _leaf.Message?.Scan(content);
    }

    void IMimeHandler.OnPartEnd()
    {
        if (!_leaves.Pop())
        {
            return;
        }

        _leaf.Part.End(_prefixes, sink);
        _leaf.Message?.Finish();
        if (--_openLeaves > 0)
        {
            (_leaf, _waiting) = (_waiting, _leaf);
        }
    }

    void IMimeHandler.OnAmbiguity(MimeAmbiguity ambiguity) => sink.JudgeAmbiguity(ambiguity);

    /// <summary>The leaf is a message for whoever opens it: what is in that is looked at besides the file itself.</summary>
    private void Open()
    {
        if (level == AttachedMessages.LevelsMax)
        {
            sink.Found(WarlordFinding.TooComplex, nameof(MimeAmbiguity.TooDeep));
            return;
        }

        _leaf.Open(sink, limits, level + 1).Begin(_prefixes, _loaders);
    }
}
