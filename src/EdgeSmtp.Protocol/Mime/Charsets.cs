using System.Text;

namespace EdgeSmtp.Protocol.Mime;

/// <summary>Which character sets can be looked through without being decoded.</summary>
internal static class Charsets
{
    /// <summary>
    /// Whether every letter of ASCII is its own byte in the character set, so that a file's extension can be read in it: in ISO-2022 when its escape sequences are taken away. Bytes that are
    /// the second of a character may look like letters, but never like the dot of an extension. Unknown sets count as not.
    /// </summary>
    public static bool HoldsAscii(ReadOnlySpan<byte> name)
    {
        // RFC 2231 §4: an empty one says nothing, and readers take ASCII or UTF-8.
        if (name.IsEmpty) return true;
        return Is(name, "us-ascii"u8) || Is(name, "ascii"u8) || Is(name, "utf-8"u8) || Is(name, "utf8"u8) || Begins(name, "iso-8859-"u8) || Begins(name, "iso8859-"u8)
            || Begins(name, "windows-125"u8) || Begins(name, "cp125"u8) || Begins(name, "koi8-"u8) || Begins(name, "gb"u8) || Is(name, "big5"u8) || Begins(name, "euc-"u8)
            || Is(name, "ks_c_5601-1987"u8) || Is(name, "windows-874"u8) || Is(name, "tis-620"u8)
            || Begins(name, "shift_jis"u8) || Is(name, "shift-jis"u8) || Is(name, "sjis"u8) || Is(name, "x-sjis"u8) || Is(name, "ms_kanji"u8) || Is(name, "csshiftjis"u8)
            || Is(name, "windows-31j"u8) || Is(name, "cswindows31j"u8) || Is(name, "cp932"u8) || Is(name, "ms932"u8)
            || Begins(name, "iso-2022-jp"u8) || Is(name, "csiso2022jp"u8) || Is(name, "iso-2022-kr"u8) || Is(name, "csiso2022kr"u8);
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) => Ascii.EqualsIgnoreCase(name, known);

    private static bool Begins(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) => name.Length >= known.Length && Is(name[..known.Length], known);
}
