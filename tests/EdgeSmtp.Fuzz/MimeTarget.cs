using System.IO.Hashing;
using EdgeSmtp.Protocol.Mime;

namespace EdgeSmtp.Fuzz;

/// <summary>The MIME scanner: it never throws, its events nest within the limits, it gives out no more than it took in, and however the input is cut it tells the same.</summary>
public sealed class MimeTarget : IFuzzTarget
{
    private const int DepthMax = 5;

    private MimeScanner? _scanner;

    public string Name => "mime";

    public IReadOnlyList<string> Assemblies => ["EdgeSmtp.Protocol.dll"];

    public void Run(ReadOnlySpan<byte> input)
    {
        // One for all inputs, as a session has one for all messages: nothing of a message may be left for the next.
        _scanner ??= new MimeScanner(new MimeLimits { DepthMax = DepthMax, PartsMax = 50, HeaderBytesMax = 2_000 });
        ulong whole = Scan(_scanner, input, input.Length);
        foreach (int length in Pieces.Of(input)) Broken.Unless(whole == Scan(_scanner, input, length), $"pieces of {length} bytes tell the same");
    }

    private static ulong Scan(MimeScanner scanner, ReadOnlySpan<byte> input, int length)
    {
        Listener listener = new();
        scanner.Begin(listener);
        for (int at = 0; at < input.Length; at += length) scanner.Scan(Pieces.At(input, at, length));
        scanner.Finish();
        return listener.Finish(input.Length);
    }

    /// <summary>Condenses what is told to a number, leaving out where one call for content ends and the next begins, and when an ambiguity is told.</summary>
    private sealed class Listener : IMimeHandler
    {
        private readonly XxHash64 _hash = new();
        private int _depth;
        private long _content;
        private MimeAmbiguities _ambiguities;

        public void OnPartBegin(in MimePart part)
        {
            Broken.Unless(part.Depth == _depth, "a part is as deep as parts are open");
            // A uuencoded file within a text is one deeper than what holds parts may be.
            Broken.Unless(_depth <= DepthMax + 1, "the depth has its limit");
            Broken.Unless(part.MediaType.Contains((byte)'/'), "every part has a type");
            _depth++;
            _hash.Append([1, (byte)part.Kind, (byte)part.Encoding]);
            _hash.Append(part.MediaType);
            foreach (ReadOnlySpan<byte> name in part.Names)
            {
                Broken.Unless(!name.IsEmpty && name.IndexOfAnyInRange((byte)0, (byte)31) < 0, "a name is there and without control characters");
                _hash.Append(name);
                _hash.Append([0]);
            }
        }

        public void OnContent(ReadOnlySpan<byte> content)
        {
            Broken.Unless(!content.IsEmpty && _depth > 0, "content is something and belongs to a part");
            _content += content.Length;
            _hash.Append(content);
        }

        public void OnPartEnd()
        {
            Broken.Unless(--_depth >= 0, "a part that ends has begun");
            _hash.Append([2]);
        }

        public void OnAmbiguity(MimeAmbiguity ambiguity) => _ambiguities = _ambiguities.With(ambiguity);

        public ulong Finish(int inputBytes)
        {
            Broken.Unless(_depth == 0, "every part ends");
            // A line of uuencode may be short of what it promises, which then is zeros.
            Broken.Unless(_content <= 64L * (inputBytes + 1), "content grows no more than a line of uuencode does");
            return _hash.GetCurrentHashAsUInt64() ^ (ulong)_ambiguities.GetHashCode();
        }
    }
}
