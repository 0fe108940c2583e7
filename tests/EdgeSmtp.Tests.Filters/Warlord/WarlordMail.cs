using System.Text;

namespace EdgeSmtp.Tests.Filters.Warlord;

/// <summary>Mails with one attachment, and the contents that are worth attaching.</summary>
internal static class WarlordMail
{
    /// <summary>The first bytes of a program of Windows: <c>TVqQAAMAA…</c> in base64.</summary>
    public static byte[] Program { get; } = [0x4D, 0x5A, 0x90, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0xB8, .. new byte[47], .. "This program cannot be run in DOS mode."u8];

    /// <summary>Something else, of a length that fills several lines.</summary>
    public static byte[] Harmless { get; } = [.. Enumerable.Range(0, 600).Select(static i => (byte)(i * 7))];

    /// <summary>A mail of a text and an attachment in base64.</summary>
    public static string Base64(byte[] content, string fields = "Content-Type: application/octet-stream") =>
        Attached($"{fields}\nContent-Transfer-Encoding: base64", Lines(Convert.ToBase64String(content), 76));

    /// <summary>A mail of a text and a part.</summary>
    public static string Attached(string header, string body) =>
        $"Subject: test\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"=_b\"\n\n--=_b\nContent-Type: text/plain\n\nSee there.\n--=_b\n{header}\n\n{body}\n--=_b--\n";

    public static string Lines(string text, int width)
    {
        StringBuilder lines = new();
        for (int i = 0; i < text.Length; i += width) lines.Append(text.AsSpan(i, Math.Min(width, text.Length - i))).Append('\n');
        return lines.ToString();
    }

    public static string QuotedPrintable(byte[] content)
    {
        StringBuilder text = new();
        for (int i = 0; i < content.Length; i++) text.Append(i % 20 == 19 ? "=\n" : string.Empty).Append(System.Globalization.CultureInfo.InvariantCulture, $"={content[i]:X2}");
        return text.ToString();
    }

    public static string Uuencode(byte[] content, string name)
    {
        StringBuilder text = new($"begin 644 {name}\n");
        for (int i = 0; i < content.Length; i += 45)
        {
            byte[] line = content[i..Math.Min(i + 45, content.Length)];
            text.Append((char)(' ' + line.Length));
            for (int k = 0; k < line.Length; k += 3)
            {
                uint bits = (uint)line[k] << 16 | (uint)(k + 1 < line.Length ? line[k + 1] : 0) << 8 | (uint)(k + 2 < line.Length ? line[k + 2] : 0);
                for (int shift = 18; shift >= 0; shift -= 6) text.Append((bits >> shift & 63) == 0 ? '`' : (char)(' ' + (bits >> shift & 63)));
            }

            text.Append('\n');
        }

        return text.Append("`\nend\n").ToString();
    }
}
