using System.Text;
using EdgeSmtp.Protocol.Mime;

namespace EdgeSmtp.Tests.Unit.Protocol.Mime;

/// <summary>Writes down what a scanner tells, so that two runs can be compared. Where one content call ends and the next begins leaves no trace.</summary>
internal sealed class MimeRecorder : IMimeHandler
{
    private readonly List<MemoryStream> _open = [];
    private readonly Stack<int> _path = new();
    private int _depth;

    /// <summary>One line for each part: its depth, kind, type, encoding and names; in the order in which they begin.</summary>
    public List<string> Parts { get; } = [];

    /// <summary>Content of each part, in the same order.</summary>
    public IReadOnlyList<byte[]> Contents => [.. _open.Select(static stream => stream.ToArray())];

    public MimeAmbiguities Ambiguities { get; private set; }

    /// <summary>Types and contents of the leaves, in their order.</summary>
    public IEnumerable<(string Type, string Content)> Leaves =>
        Parts.Select((part, index) => (Words: part.Split(' '), Content: Bytes.Text(_open[index].ToArray()))).Where(static part => part.Words[1] == "Leaf").Select(static part => (part.Words[2], part.Content));

    public static MimeRecorder Scan(string mail, MimeLimits? limits = null) => Scan(Bytes.Of(mail), limits);

    public static MimeRecorder Scan(ReadOnlySpan<byte> mail, MimeLimits? limits = null, params ReadOnlySpan<int> cuts)
    {
        MimeRecorder recorder = new();
        MimeScanner scanner = new(limits ?? MimeLimits.Default);
        scanner.Begin(recorder);
        int start = 0;
        foreach (int cut in cuts)
        {
            scanner.Scan(mail[start..cut]);
            start = cut;
        }

        scanner.Scan(mail[start..]);
        scanner.Finish();
        Xunit.Assert.Empty(recorder._path);
        return recorder;
    }

    public void OnPartBegin(in MimePart part)
    {
        StringBuilder line = new($"{part.Depth} {part.Kind} {Bytes.Text(part.MediaType)} {part.Encoding}");
        foreach (ReadOnlySpan<byte> name in part.Names) line.Append(' ').Append('<').Append(Encoding.UTF8.GetString(name)).Append('>');
        Xunit.Assert.Equal(_depth, part.Depth);
        _depth++;
        _path.Push(Parts.Count);
        Parts.Add(line.ToString());
        _open.Add(new MemoryStream());
    }

    public void OnContent(ReadOnlySpan<byte> content)
    {
        Xunit.Assert.NotEqual(0, content.Length);
        _open[_path.Peek()].Write(content);
    }

    public void OnPartEnd()
    {
        _path.Pop();
        _depth--;
    }

    public void OnAmbiguity(MimeAmbiguity ambiguity)
    {
        Xunit.Assert.True(!Ambiguities.Has(ambiguity) || _depth > 0, $"{ambiguity} was told twice.");
        Ambiguities = Ambiguities.With(ambiguity);
    }

    public override string ToString() => string.Join('\n', Parts.Zip(Contents, static (part, content) => $"{part}: {Bytes.Text(content)}").Append($"! {Ambiguities}"));
}
