using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EdgeSmtp.Protocol.Content;

/// <summary>Writes header fields: folded, and never more than one, whatever the value holds (RFC 5322 §2.2.3).</summary>
public static class HeaderField
{
    /// <summary>The column at which a line is folded where white space allows (RFC 5322 §2.1.1).</summary>
    public const int FoldColumn = 78;

    /// <summary>Longest line, CRLF not counted (RFC 5322 §2.1.1).</summary>
    public const int LineBytesMax = 998;

    /// <summary>Longest name, so that name and colon leave room for a value in the first line.</summary>
    public const int NameMax = 76;

    /// <summary>Makes the bytes of a field.</summary>
    /// <param name="name">Printable ASCII without colon (RFC 5322 §2.2).</param>
    /// <param name="value">The value in one line; white space at both ends is dropped. Characters outside ASCII are written as UTF-8 (RFC 6532).</param>
    /// <param name="field">The field with its CRLF.</param>
    /// <returns>False when the name is none, the value has a control character other than tab (CR, LF and NUL first of all), or a word is too long for any line.</returns>
    public static bool TryFold(ReadOnlySpan<char> name, ReadOnlySpan<char> value, [NotNullWhen(true)] out byte[]? field)
    {
        field = null;
        if (!IsName(name)) return false;
        value = value.Trim(" \t");
        foreach (char c in value)
            if (c != '\t' && (char.IsControl(c) || c is '\u2028' or '\u2029')) return false;

        ArrayBufferWriter<byte> writer = new(name.Length + (value.Length * 2) + 16);
        Encoding.ASCII.GetBytes(name, writer);
        writer.Write(": "u8);
        if (!WriteFolded(Encoding.UTF8.GetBytes(value.ToString()), name.Length + 2, writer)) return false;
        writer.Write("\r\n"u8);
        field = writer.WrittenSpan.ToArray();
        return true;
    }

    /// <summary>Makes the bytes of a field from parts that are ours.</summary>
    /// <exception cref="ArgumentException">The name or the value cannot stand in a field: text from outside must go through <see cref="TryFold"/>.</exception>
    public static byte[] Fold(string name, string value) =>
        TryFold(name, value, out byte[]? field) ? field : throw new ArgumentException($"The value cannot stand in the field '{name}'.", nameof(value));

    /// <summary>Whether the text can name a field.</summary>
    public static bool IsName(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= NameMax && !name.ContainsAnyExceptInRange('!', '~') && !name.Contains(':');

    /// <summary>Breaks in front of white space only, which stays, so that unfolding gives the value back.</summary>
    private static bool WriteFolded(ReadOnlySpan<byte> value, int column, ArrayBufferWriter<byte> writer)
    {
        while (!value.IsEmpty)
        {
            // A piece is the white space in front of a word, and the word.
            int word = value.IndexOfAnyExcept((byte)' ', (byte)'\t');
            int end = value[word..].IndexOfAny((byte)' ', (byte)'\t');
            ReadOnlySpan<byte> piece = end < 0 ? value : value[..(word + end)];
            value = value[piece.Length..];
            if (word > 0 && column + piece.Length > FoldColumn)
            {
                writer.Write("\r\n"u8);
                column = 0;
            }

            column += piece.Length;
            if (column > LineBytesMax) return false;
            writer.Write(piece);
        }

        return true;
    }
}
