using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EdgeSmtp.Delivery.Maildir;

/// <summary>Turns the path template of a route into the folder of one mailbox. What a stranger wrote never leaves its own path segment.</summary>
public static class MaildirPath
{
    /// <summary>Longest segment in bytes; Linux has 255, and a Maildir name is made of more than this.</summary>
    private const int SegmentBytesMax = 200;

    /// <summary>Fills a template.</summary>
    /// <param name="template">Path with <c>{domain}</c>, <c>{local}</c> and <c>{address}</c>; each stands for one segment or a part of one.</param>
    /// <param name="key">Lower-case <c>local@domain</c>, or <c>local</c> alone.</param>
    public static string Fill(string template, string key)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(key);
        int at = key.LastIndexOf('@');
        string local = at < 0 ? key : key[..at];
        string domain = at < 0 ? "localhost" : key[(at + 1)..];
        return template
            .Replace("{domain}", Segment(domain), StringComparison.Ordinal)
            .Replace("{local}", Segment(local), StringComparison.Ordinal)
            .Replace("{address}", Segment(key), StringComparison.Ordinal);
    }

    /// <summary>
    /// Writes text as a safe part of a path: letters, digits and <c>._+-=@</c> as they are, anything else as <c>%XX</c>, a leading dot too; overlong text is
    /// cut and made unique by a hash. Two different texts never become the same.
    /// </summary>
    /// <param name="text">Any text.</param>
    public static string Segment(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        StringBuilder segment = new(bytes.Length);
        for (int i = 0; i < bytes.Length; i++)
        {
            char c = (char)bytes[i];
            bool isPlain = char.IsAsciiLetterOrDigit(c) || c is '_' or '+' or '-' or '=' or '@' || (c == '.' && i > 0);
            if (isPlain) segment.Append(c);
            else segment.Append(CultureInfo.InvariantCulture, $"%{bytes[i]:X2}");
        }

        if (segment.Length == 0)
        {
            return "%";
        }

        return segment.Length <= SegmentBytesMax
            ? segment.ToString()
            : string.Concat(segment.ToString(0, SegmentBytesMax - 34), "%-", Convert.ToHexString(SHA256.HashData(bytes), 0, 16));
    }
}
