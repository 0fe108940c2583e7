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

    private const int Pairs = 1 << 16;

    private readonly LoaderPattern[] _patterns;
    private readonly string[] _keys;

    // A bit for each pair of bytes with which something to be found begins: all but one place in some thousands need no second look.
    private readonly uint[] _begins = new uint[Pairs / 32];

    private LoaderList(List<string> keys)
    {
        _keys = [.. keys.Distinct()];
        _patterns = [.. from key in _keys from place in Enumerable.Range(0, 4) select LoaderPattern.Of(key, place)];
        foreach (int pair in _patterns.Select(static pattern => (int)(pattern.Core >> 8)).Concat(_keys.Select(static key => key[0] << 8 | key[1])))
        {
            _begins[pair >> 5] |= 1u << (pair & 31);
        }
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
        // What begins in the chunk before ends within the first bytes of this one.
        Span<byte> joint = stackalloc byte[2 * (SpanBytes - 1)];
        kept[..keptLength].CopyTo(joint);
        ReadOnlySpan<byte> start = chunk[..Math.Min(chunk.Length, SpanBytes - 1)];
        start.CopyTo(joint[keptLength..]);
        joint = joint[..(keptLength + start.Length)];
        ReadOnlySpan<byte> end = start.Length < chunk.Length ? chunk : joint;
        string? found = Find(joint) ?? Find(chunk);
        keptLength = Math.Min(end.Length, SpanBytes - 1);
        end[^keptLength..].CopyTo(kept);
        return found;
    }

    private string? Find(ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<uint> begins = _begins;
        for (int at = 0; at + 2 < content.Length; at++)
        {
            int pair = content[at] << 8 | content[at + 1];
            if ((begins[pair >> 5] & 1u << (pair & 31)) != 0 && FindAt(content, at) is { } key)
            {
                return key;
            }
        }

        return null;
    }

    private string? FindAt(ReadOnlySpan<byte> content, int at)
    {
        foreach (LoaderPattern pattern in _patterns)
        {
            if (pattern.Fits(content, at))
            {
                return pattern.Key;
            }
        }

        foreach (string key in _keys)
        {
            if (content.Length - at >= KeyLength && Ascii.Equals(content.Slice(at, KeyLength), key))
            {
                return key;
            }
        }

        return null;
    }
}
