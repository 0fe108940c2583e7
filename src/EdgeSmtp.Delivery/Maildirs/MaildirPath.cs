using System.Security.Cryptography;
using System.Text;

namespace EdgeSmtp.Delivery.Maildirs;

/// <summary>Where a recipient's Maildir lies. Whatever a local part holds, the result stays below the template's fixed part.</summary>
internal static class MaildirPath
{
    /// <summary>Longest name of one folder in bytes; Linux takes 255, and <c>tmp</c> and message names come on top elsewhere.</summary>
    private const int NameBytesMax = 200;

    /// <summary>Fills the template in.</summary>
    /// <param name="template">With <c>{DataDirectory}</c>, <c>{domain}</c> and <c>{local}</c>.</param>
    /// <param name="dataDirectory">Our data directory.</param>
    /// <param name="domain">In lower-case A-labels.</param>
    /// <param name="local">The local part in lower case, as in <see cref="Protocol.Addresses.MailPath.Key"/>; quotes are taken off.</param>
    public static string Resolve(string template, string dataDirectory, string domain, string local) =>
        template.Replace("{DataDirectory}", dataDirectory, StringComparison.Ordinal)
            .Replace("{domain}", Encode(domain), StringComparison.Ordinal)
            .Replace("{local}", Encode(Unquote(local)), StringComparison.Ordinal);

    /// <summary>
    /// A name that is one folder and no other: letters, digits, <c>+ - _ =</c> and inner dots stay, every other byte becomes <c>%XX</c>. Different texts give different names.
    /// </summary>
    internal static string Encode(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length == 0) return "%";
        StringBuilder name = new(bytes.Length + 16);
        foreach (byte b in bytes)
        {
            bool plain = b is >= (byte)'a' and <= (byte)'z' or >= (byte)'0' and <= (byte)'9' or (byte)'+' or (byte)'-' or (byte)'_' or (byte)'='
                || (b == '.' && name.Length > 0);
            if (plain) name.Append((char)b);
            else name.Append('%').Append("0123456789ABCDEF"[b >> 4]).Append("0123456789ABCDEF"[b & 15]);
        }

        if (name.Length <= NameBytesMax) return name.ToString();
        // Too long for a folder: its beginning, and a hash so that no two meet. '%%' comes out of nothing else.
        string hash = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16));
        return $"{name.ToString(0, NameBytesMax - 34)}%%{hash}";
    }

    /// <summary>RFC 5321 §4.1.2: <c>"joe"</c> and <c>joe</c> are the same mailbox.</summary>
    private static string Unquote(string local)
    {
        if (local.Length < 2 || local[0] != '"' || local[^1] != '"') return local;
        StringBuilder text = new(local.Length);
        for (int i = 1; i < local.Length - 1; i++)
        {
            if (local[i] == '\\' && i + 1 < local.Length - 1) i++;
            text.Append(local[i]);
        }

        return text.ToString();
    }
}
