namespace EdgeSmtp.Filters.Warlord.Signatures;

/// <summary>
/// One key of five characters of base64 at one of the four places where it may begin in a group: three whole bytes, and bits of the byte in front and the byte behind. A key at place 1
/// of a group begins with the last two bits of a byte, and so on.
/// </summary>
internal readonly record struct LoaderPattern(string Key, uint Core, byte FrontMask, byte Front, byte BackMask, byte Back)
{
    private const int KeyBits = 30;

    /// <summary>Makes the pattern of a key.</summary>
    /// <param name="key">Five characters of base64.</param>
    /// <param name="place">Place in a group, 0 to 3.</param>
    public static LoaderPattern Of(string key, int place)
    {
        Base64Key.TryRead(key, out ulong bits);
        int front = place == 0 ? 0 : 8 - (6 * place % 8);
        int back = KeyBits - 24 - front;
        return new LoaderPattern(
            key,
            (uint)(bits >> back) & 0xFFFFFF,
            (byte)((1 << front) - 1),
            (byte)(bits >> (24 + back)),
            (byte)(0xFF << (8 - back)),
            (byte)(bits << (8 - back)));
    }

    /// <summary>Whether the bytes around a core fit.</summary>
    /// <param name="content">The content.</param>
    /// <param name="at">Where the core begins, with two bytes behind it.</param>
    public bool Fits(ReadOnlySpan<byte> content, int at) =>
        ((uint)content[at] << 16 | (uint)content[at + 1] << 8 | content[at + 2]) == Core
        && (FrontMask == 0 || (at > 0 && (content[at - 1] & FrontMask) == Front))
        && (BackMask == 0 || (at + 3 < content.Length && (content[at + 3] & BackMask) == Back));
}
