using System.Text;

namespace EdgeSmtp.Benchmarks;

/// <summary>Mail of a given size with 76-column lines, one line in twenty starting with a dot; the same bytes in every run.</summary>
public static class BenchmarkMail
{
    /// <summary>Content as it lies in the queue.</summary>
    /// <param name="bytes">At least this many bytes.</param>
    public static byte[] Content(int bytes)
    {
        StringBuilder mail = new("From: a@client.test\r\nTo: user@relay.test\r\nSubject: benchmark\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n");
        Random random = new(1);
        for (int line = 0; mail.Length < bytes; line++)
        {
            if (line % 20 == 0) mail.Append('.');
            for (int column = 0; column < 76; column++) mail.Append((char)random.Next('a', 'z' + 1));
            mail.Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(mail.ToString());
    }

    /// <summary>The same content as DATA carries it: dots stuffed, terminator behind.</summary>
    /// <param name="bytes">At least this many bytes.</param>
    public static byte[] Stuffed(int bytes) =>
        Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(Content(bytes)).Replace("\r\n.", "\r\n..", StringComparison.Ordinal) + ".\r\n");
}
