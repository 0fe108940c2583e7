using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Text;

namespace EdgeSmtp.Filters.Warlord.Signatures;

/// <summary>
/// What bad content begins with: nine characters of base64 each, which are 54 bits of what they stand for. Compared with decoded content, so that neither line ends nor the encoding of
/// the part lead past it; and with the text itself, for what is encoded twice. Immutable.
/// </summary>
internal sealed class PrefixList
{
    /// <summary>Characters of a key.</summary>
    public const int KeyLength = 9;

    /// <summary>Bytes of content that are looked at.</summary>
    public const int ContentBytes = 7;

    /// <summary>Those of Spamcontrol: programs of Windows and DOS, plain and encoded once or twice more, and one worm.</summary>
    public static readonly string[] Shipped =
    [
        "TVqQAAMAA", "TVpQAAIAA", "TVpAALQAc", "TVpyAXkAX", "TVrmAU4AA", "TVrhARwAk", "TVoFAQUAA", "TVoAAAQAA", "TVoIARMAA", "TVouARsAA", "TVrQAT8AA", "TVoAAAEAA",
        "VFZxUUFBT", "VkZaeFVVR", "ZGltIGZpb",
    ];

    private readonly FrozenDictionary<ulong, string> _bits;
    private readonly FrozenDictionary<UInt128, string> _texts;

    private PrefixList(IReadOnlyCollection<string> keys)
    {
        _bits = keys.Distinct().ToFrozenDictionary(static key => Base64Key.TryRead(key, out ulong bits) ? bits : throw new ArgumentException($"'{key}' is no base64.", nameof(keys)));
        _texts = keys.Distinct().ToFrozenDictionary(static key => Pack(Encoding.ASCII.GetBytes(key)));
    }

    public static PrefixList Parse(IEnumerable<string> lines, ICollection<string> errors) => new(Base64Key.Cut(lines, KeyLength, errors));

    /// <summary>The key that content begins with.</summary>
    /// <param name="head">Its first bytes.</param>
    public string? Find(ReadOnlySpan<byte> head)
    {
        if (head.Length < ContentBytes)
        {
            return null;
        }

        ulong bits = ((ulong)BinaryPrimitives.ReadUInt32BigEndian(head) << 22) | (BinaryPrimitives.ReadUInt32BigEndian(head[3..]) & 0xFFFFFF) >> 2;
        return _bits.TryGetValue(bits, out string? key) || (TryPackText(head, out UInt128 text) && _texts.TryGetValue(text, out key)) ? key : null;
    }

    /// <summary>The first nine characters, white space left out.</summary>
    private static bool TryPackText(ReadOnlySpan<byte> head, out UInt128 packed)
    {
        packed = 0;
        int length = 0;
        for (int i = 0; i < head.Length && length < KeyLength; i++)
        {
            if (head[i] > ' ')
            {
                packed = (packed << 8) | head[i];
                length++;
            }
        }

        return length == KeyLength;
    }

    private static UInt128 Pack(ReadOnlySpan<byte> text)
    {
        TryPackText(text, out UInt128 packed);
        return packed;
    }
}
