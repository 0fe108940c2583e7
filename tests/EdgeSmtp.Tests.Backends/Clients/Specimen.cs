using System.Text;

namespace EdgeSmtp.Tests.Backends.Clients;

/// <summary>A message to send: CRLF content whose first field holds a token that finds it again, and that marks where the sender's own bytes begin.</summary>
internal sealed record Specimen(string Name, string Token, byte[] Content)
{
    private const int LargeBytes = 50 * 1024 * 1024;

    /// <summary>Those of every client: dots at the start of lines, 8-bit text, an empty body, long lines, many fields.</summary>
    public static string[] Names { get; } = ["plain", "dots", "eightbit", "emptybody", "longline", "manyfields"];

    public static Specimen Make(string name)
    {
        string token = $"tok-{Guid.NewGuid():N}";
        string head = $"X-Token: {token}\r\nFrom: <sender@client.test>\r\nTo: <user@example.test>\r\nSubject: {name}\r\n"
            + $"Date: Thu, 1 Jan 2026 00:00:00 +0000\r\nMessage-ID: <{token}@client.test>\r\n";
        return new(name, token, name switch
        {
            "plain" => Bytes($"{head}\r\nHello.\r\nSecond line.\r\n"),
            "dots" => Bytes($"{head}\r\n.\r\n..\r\n...\r\n.x\r\nx.\r\n\r\n.\r\n\r\n.x.\r\n.\r\nlast\r\n"),
            "eightbit" => Bytes($"{head}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
                + "Grüße aus Köln, 日本語, und \u0080\u009f.\r\n"),
            "emptybody" => Bytes($"{head}\r\n"),
            "longline" => Bytes($"{head}\r\n{new string('l', 990)}\r\n{new string('m', 3_000)}\r\nend\r\n"),
            "manyfields" => Bytes($"{head}{string.Concat(Enumerable.Range(0, 200).Select(i => $"X-Field-{i}: value {i},\r\n\tfolded {i}\r\n"))}\r\nbody\r\n"),
            "large" => Large(head),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such specimen."),
        });
    }

    // Lines of varying length and first byte, so that dots meet every position of every buffer.
    private static byte[] Large(string head)
    {
        using MemoryStream output = new(LargeBytes + 4_096);
        output.Write(Bytes($"{head}\r\n"));
        Random random = new(50);
        byte[] line = new byte[1_000];
        while (output.Length < LargeBytes)
        {
            int length = random.Next(0, 990);
            for (int i = 0; i < length; i++)
                line[i] = (byte)random.Next(' ', '~');
            if (length > 0 && random.Next(4) == 0)
                line[0] = (byte)'.';
            output.Write(line, 0, length);
            output.Write("\r\n"u8);
        }
        return output.ToArray();
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
