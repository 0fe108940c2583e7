using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Tests.Unit.Protocol.Smtp;

/// <summary>RFC 5321 §4.5.2 read literally, over a whole string: what the decoders must agree with.</summary>
internal sealed record DataReference(string Content, int Consumed, bool Ended, ContentFlags Flags, int LongestLine)
{
    public static DataReference OfData(string wire)
    {
        string[] lines = wire.Split("\r\n");
        System.Text.StringBuilder content = new();
        ContentFlags flags = ContentFlags.None;
        int consumed = 0;
        for (int i = 0; i < lines.Length - 1; i++)
        {
            consumed += lines[i].Length + 2;
            if (lines[i] == ".") return new DataReference(content.ToString(), consumed, true, flags, Longest(content));
            string line = lines[i].StartsWith('.') ? lines[i][1..] : lines[i];
            flags |= FlagsOf(line);
            content.Append(Clean(line)).Append("\r\n");
        }

        return new DataReference(content.ToString(), wire.Length, false, flags, Longest(content));
    }

    /// <summary>The same for content whose length is counted.</summary>
    public static DataReference OfContent(string content)
    {
        string[] lines = content.Split("\r\n");
        ContentFlags flags = lines.Aggregate(ContentFlags.None, (sum, line) => sum | FlagsOf(line));
        System.Text.StringBuilder clean = new(string.Join("\r\n", lines.Select(Clean)));
        return new DataReference(clean.ToString(), content.Length, false, flags, Longest(clean));
    }

    private static string Clean(string line) => line.Replace('\r', ' ').Replace('\0', ' ').Replace("\n", "\r\n");

    private static int Longest(System.Text.StringBuilder content) => content.ToString().Split("\r\n").Max(line => line.Length);

    private static ContentFlags FlagsOf(string line) =>
        (line.Contains('\n') ? ContentFlags.BareLf : 0) | (line.Contains('\r') ? ContentFlags.BareCr : 0)
        | (line.Contains('\0') ? ContentFlags.Nul : 0) | (line.Any(c => c >= 0x80) ? ContentFlags.EightBit : 0);
}
