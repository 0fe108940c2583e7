using System.Text;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Pipeline.Changes;

/// <summary>Makes header fields from what filters give: one field, whatever the value holds.</summary>
internal static class FieldWriter
{
    /// <summary>Writes a field with its CRLF. A value that is folded already is kept as it is (a signature covers its folding); any other is folded where it is long.</summary>
    /// <exception cref="ArgumentException">The name is no field name, or the value would break out of the field.</exception>
    public static byte[] Write(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!HeaderField.IsName(name))
        {
            throw new ArgumentException($"'{name}' is no field name (RFC 5322 §2.2).", nameof(name));
        }

        if (!value.AsSpan().ContainsAny('\r', '\n'))
        {
            return HeaderField.TryFold(name, value, out byte[]? field) ? field : throw Broken(name);
        }

        return IsFolded(value) ? Encoding.UTF8.GetBytes($"{name}: {value.TrimStart(' ', '\t')}\r\n") : throw Broken(name);
    }

    /// <summary>Whether every line end in the value is a fold, and no line is too long or empty (RFC 5322 §2.2.3, §3.2.2).</summary>
    private static bool IsFolded(ReadOnlySpan<char> value)
    {
        if (value.Contains('\0'))
        {
            return false;
        }

        bool isFirst = true;
        while (true)
        {
            int end = value.IndexOfAny('\r', '\n');
            ReadOnlySpan<char> line = end < 0 ? value : value[..end];
            bool isBlank = line.Trim(" \t").IsEmpty;
            if (Encoding.UTF8.GetByteCount(line) > HeaderField.LineBytesMax - HeaderField.NameMax || (!isFirst && (isBlank || line[0] is not (' ' or '\t'))))
            {
                return false;
            }

            if (end < 0)
            {
                return true;
            }

            if (!value[end..].StartsWith("\r\n"))
            {
                return false;
            }

            value = value[(end + 2)..];
            isFirst = false;
        }
    }

    private static ArgumentException Broken(string name) => new($"The value cannot stand in the field '{name}'.", nameof(name));
}
