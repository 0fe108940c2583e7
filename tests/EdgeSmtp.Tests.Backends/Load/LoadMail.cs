using System.Text;

namespace EdgeSmtp.Tests.Backends.Load;

/// <summary>One message of a load, which no other is like.</summary>
/// <param name="Token">What its field X-Token says.</param>
/// <param name="Recipient">Its only recipient.</param>
/// <param name="Content">The whole of it, with CRLF.</param>
internal sealed record LoadMail(string Token, string Recipient, byte[] Content)
{
    private const int LinesMax = 277;
    private static readonly string Line = new string('b', 70) + "\r\n";

    /// <summary>A message with a text.</summary>
    public static LoadMail Of(string recipient, string text)
    {
        string token = $"tok-{Guid.NewGuid():N}";
        return new(token, recipient, Encoding.ASCII.GetBytes($"X-Token: {token}\r\nSubject: load\r\n\r\n{text}"));
    }

    /// <summary>Makes messages of up to 20,000 bytes, each for one of the recipients.</summary>
    public static Func<Random, LoadMail> Any(params string[] recipients) =>
        random => Of(recipients[random.Next(recipients.Length)], string.Concat(Enumerable.Repeat(Line, random.Next(LinesMax))));
}
