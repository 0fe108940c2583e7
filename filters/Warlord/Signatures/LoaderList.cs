using System.Buffers;
using System.Text;

namespace EdgeSmtp.Filters.Warlord.Signatures;

/// <summary>
/// What the loaders of programs hold: five characters of base64 each. Searched for in decoded content at every place and alignment, which finds them in its base64 whatever its lines
/// are, and in content that was never base64 at all; and as text, for what is encoded twice. Immutable.
/// </summary>
internal sealed class LoaderList
{
    /// <summary>Characters of a key.</summary>
    public const int KeyLength = 5;

    /// <summary>Bytes that a key can reach over: of these all but one are kept from one chunk to the next.</summary>
    public const int SpanBytes = 5;

    /// <summary>Those of Spamcontrol: what <c>32.dll</c> and <c>32.DLL</c> become in base64.</summary>
    public static readonly string[] Shipped = ["Mi5kb", "MzIuZ", "MyLmR", "MyLkR"];

    // Two steps of characters on the way of one chunk; a call never waits in between.
    [ThreadStatic]
    private static char[]? _text;

    private readonly LoaderPattern[] _patterns;
    private readonly string[] _keys;
    private readonly SearchValues<string> _cores;

    private LoaderList(List<string> keys)
    {
        _keys = [.. keys.Distinct()];
        _patterns = [.. from key in _keys from place in Enumerable.Range(0, 4) select LoaderPattern.Of(key, place)];
        _cores = SearchValues.Create([.. _patterns.Select(static pattern => pattern.CoreText), .. _keys], StringComparison.Ordinal);
    }

    public static LoaderList Parse(IEnumerable<string> lines, ICollection<string> errors) => new(Base64Key.Cut(lines, KeyLength, errors));

    /// <summary>The list of those keys that begin with a character.</summary>
    /// <param name="first">The character; NUL for all of them.</param>
    public LoaderList BeginningWith(char first) => first == '\0' ? this : new LoaderList([.. _keys.Where(key => key[0] == first)]);

    /// <summary>The first key in a chunk.</summary>
    /// <param name="kept">The last bytes of the chunk before, fewer than <see cref="SpanBytes"/>; takes those of this one.</param>
    /// <param name="keptLength">How many.</param>
    /// <param name="chunk">The chunk.</param>
    public string? Find(Span<byte> kept, ref int keptLength, ReadOnlySpan<byte> chunk)
    {
        char[] buffer = _text ??= new char[8192 + SpanBytes];
        string? found = null;
        while (!chunk.IsEmpty && found is null)
        {
            // The search for many strings is one for characters; a byte is made one by adding a zero.
            int taken = Math.Min(chunk.Length, buffer.Length - keptLength);
            Encoding.Latin1.GetChars(kept[..keptLength], buffer);
            Encoding.Latin1.GetChars(chunk[..taken], buffer.AsSpan(keptLength));
            ReadOnlySpan<char> text = buffer.AsSpan(0, keptLength + taken);
            chunk = chunk[taken..];
            found = Find(text);
            keptLength = Math.Min(text.Length, SpanBytes - 1);
            Encoding.Latin1.GetBytes(text[^keptLength..], kept);
        }

        return found;
    }

    private string? Find(ReadOnlySpan<char> text)
    {
        for (int at = 0, step; (step = text[at..].IndexOfAny(_cores)) >= 0; at++)
        {
            at += step;
            foreach (LoaderPattern pattern in _patterns)
            {
                if (at + 3 <= text.Length && pattern.Fits(text, at))
                {
                    return pattern.Key;
                }
            }

            foreach (string key in _keys)
            {
                if (text[at..].StartsWith(key, StringComparison.Ordinal))
                {
                    return key;
                }
            }
        }

        return null;
    }
}
