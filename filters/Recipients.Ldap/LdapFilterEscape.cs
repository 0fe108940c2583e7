using System.Buffers;
using System.Text;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>Makes an assertion value of any text (RFC 4515 §3).</summary>
internal static class LdapFilterEscape
{
    // Only these go unescaped: fewer than the grammar allows, and none of them means anything in any filter.
    private static readonly SearchValues<byte> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@.-_"u8);

    /// <summary>Appends the value; every octet of its UTF-8 form that is not plain becomes <c>\xx</c>.</summary>
    public static void Append(StringBuilder filter, ReadOnlySpan<char> value)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in value.EnumerateRunes())
        {
            int count = rune.EncodeToUtf8(utf8);
            foreach (byte octet in utf8[..count])
            {
                if (Plain.Contains(octet))
                {
                    filter.Append((char)octet);
                }
                else
                {
                    filter.Append('\\').Append(Hex(octet >> 4)).Append(Hex(octet & 15));
                }
            }
        }
    }

    private static char Hex(int nibble) => (char)(nibble < 10 ? '0' + nibble : 'a' + nibble - 10);
}
