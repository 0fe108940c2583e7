using System.Text;

namespace EdgeSmtp.Tests.Backends.Load;

/// <summary>One message of a load, which no other is like. A load remembers many thousands: their texts are shared.</summary>
/// <param name="Token">What its field X-Token says.</param>
/// <param name="Recipient">Its only recipient.</param>
/// <param name="Text">Its body, with CRLF.</param>
internal sealed record LoadMail(string Token, string Recipient, string Text)
{
    private const int LinesMax = 277;

    private static readonly string[] Texts = [.. Enumerable.Range(0, LinesMax).Select(static lines => string.Concat(Enumerable.Repeat(new string('b', 70) + "\r\n", lines)))];

    /// <summary>The whole of it.</summary>
    public byte[] Content => Encoding.ASCII.GetBytes($"X-Token: {Token}\r\nSubject: load\r\n\r\n{Text}");

    /// <summary>A message with a text.</summary>
    public static LoadMail Of(string recipient, string text) => new($"tok-{Guid.NewGuid():N}", recipient, text);

    /// <summary>Makes messages of up to 20,000 bytes, each for one of the recipients.</summary>
    public static Func<Random, LoadMail> Any(params string[] recipients) => random => Of(recipients[random.Next(recipients.Length)], Texts[random.Next(LinesMax)]);
}
