using System.Globalization;
using System.Text;

namespace EdgeSmtp.LoadTests.Smtp;

/// <summary>Messages with the sizes that real mail has, dot-stuffed and ended, made once and sent many times.</summary>
internal static class MailFactory
{
    // Median 5 KB and 95th percentile 75 KB: the mix that the paper's authors saw, as a log-normal distribution.
    private const double MedianBytes = 5_000;
    private const double Sigma = 1.646;
    private const int Kinds = 64;
    private static readonly string[] Words =
        ["the", "mail", "queue", "server", "edge", "report", "please", "meeting", "tomorrow", "attached", "invoice", "thanks", "regards", "question", "answer", "project", "update", "weekly", "number", "again"];

    private static readonly byte[][] Mix = [.. Enumerable.Range(0, Kinds).Select(static i => Make(SizeAt((i + 0.5) / Kinds), i))];

    /// <summary>One message of the mix.</summary>
    /// <param name="random">Chooses.</param>
    public static ReadOnlyMemory<byte> OfTheMix(Random random) => Mix[random.Next(Kinds)];

    /// <summary>One of the mix, with a body that no scanner has seen before: their caches would answer in its place.</summary>
    /// <param name="random">Chooses.</param>
    /// <param name="text">What its body begins with; empty for nothing.</param>
    public static ReadOnlyMemory<byte> Fresh(Random random, string text = "")
    {
        ReadOnlySpan<byte> message = Mix[random.Next(Kinds)];
        int body = message.IndexOf("\r\n\r\n"u8) + 4;
        byte[] first = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{random.NextInt64():x} {random.NextInt64():x}\r\n{text}{(text.Length > 0 ? "\r\n" : string.Empty)}"));
        return (byte[])[.. message[..body], .. first, .. message[body..]];
    }

    /// <summary>A message of about so many bytes, with the dot at its end.</summary>
    /// <param name="bytes">At least 300.</param>
    /// <param name="seed">The same seed makes the same message.</param>
    public static byte[] Make(int bytes, int seed)
    {
        Random random = new(seed);
        StringBuilder text = new(bytes + 200);
        text.Append(CultureInfo.InvariantCulture, $"From: Load <load@client.test>\r\nTo: user@load.test\r\nSubject: {Words[random.Next(Words.Length)]} {seed}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Message-ID: <{seed}.{bytes}@client.test>\r\nDate: Mon, 23 Nov 2026 00:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n");
        int column = 0;
        while (text.Length < bytes)
        {
            string word = Words[random.Next(Words.Length)];
            text.Append(word);
            column += word.Length + 1;
            if (column > 66)
            {
                text.Append("\r\n");
                column = 0;
            }
            else
            {
                text.Append(' ');
            }
        }

        // No line begins with a dot, so nothing has to be stuffed (RFC 5321 §4.5.2).
        return Encoding.ASCII.GetBytes(text.Append("\r\n.\r\n").ToString());
    }

    // The quantile of the normal distribution, by the logistic approximation: good to a few percent, which is better than the mix is known.
    private static int SizeAt(double quantile) => (int)Math.Clamp(MedianBytes * Math.Exp(Sigma * Math.Log(quantile / (1 - quantile)) / 1.702), 400, 2_000_000);
}
