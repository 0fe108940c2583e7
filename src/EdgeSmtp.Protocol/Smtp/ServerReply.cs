using System.Globalization;

namespace EdgeSmtp.Protocol.Smtp;

/// <summary>A reply that a server gave us (RFC 5321 §4.2).</summary>
/// <param name="Code">200 to 599.</param>
/// <param name="EnhancedCode">The enhanced status code of the first line when it has one of the code's class (RFC 2034), else empty.</param>
/// <param name="Lines">The text of each line, without codes; printable, at most 2,048 bytes kept of each.</param>
public sealed record ServerReply(ushort Code, string EnhancedCode, IReadOnlyList<string> Lines)
{
    /// <summary>Whether the code is 2xx.</summary>
    public bool IsSuccess => Code is >= 200 and < 300;

    /// <summary>Whether the code is 3xx.</summary>
    public bool IsIntermediate => Code is >= 300 and < 400;

    /// <summary>Whether the code is 4xx.</summary>
    public bool IsTransient => Code is >= 400 and < 500;

    /// <summary>Whether the code is 5xx.</summary>
    public bool IsPermanent => Code >= 500;

    /// <summary>The lines joined with spaces.</summary>
    public string Text => Lines.Count == 1 ? Lines[0] : string.Join(' ', Lines);

    /// <summary>Codes and text on one line, for logs and reports.</summary>
    public override string ToString() => EnhancedCode.Length == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{Code} {Text}")
        : string.Create(CultureInfo.InvariantCulture, $"{Code} {EnhancedCode} {Text}");
}
