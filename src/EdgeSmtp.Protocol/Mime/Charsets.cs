using System.Text;

namespace EdgeSmtp.Protocol.Mime;

/// <summary>Which character sets can be looked through without being decoded.</summary>
internal static class Charsets
{
    /// <summary>Whether every letter of ASCII is its own byte in the character set, so that a file's extension can be read in it. Unknown ones count as not.</summary>
    public static bool HoldsAscii(ReadOnlySpan<byte> name)
    {
        // RFC 2231 §4: an empty one says nothing, and readers take ASCII or UTF-8.
        if (name.IsEmpty) return true;
        return Is(name, "us-ascii"u8) || Is(name, "ascii"u8) || Is(name, "utf-8"u8) || Is(name, "utf8"u8) || Begins(name, "iso-8859-"u8) || Begins(name, "iso8859-"u8)
            || Begins(name, "windows-125"u8) || Begins(name, "cp125"u8) || Begins(name, "koi8-"u8) || Begins(name, "gb"u8) || Is(name, "big5"u8) || Begins(name, "euc-"u8)
            || Is(name, "ks_c_5601-1987"u8) || Is(name, "windows-874"u8) || Is(name, "tis-620"u8);
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) => Ascii.EqualsIgnoreCase(name, known);

    private static bool Begins(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) => name.Length >= known.Length && Is(name[..known.Length], known);
}
