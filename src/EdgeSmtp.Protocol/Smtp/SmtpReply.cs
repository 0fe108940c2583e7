using System.Buffers;
using System.Globalization;
using System.Text;

namespace EdgeSmtp.Protocol.Smtp;

/// <summary>A reply as the server sends it (RFC 5321 §4.2), encoded once. Immutable and safe to share.</summary>
public sealed class SmtpReply
{
    /// <summary>Longest reply line with its CRLF (RFC 5321 §4.5.3.1.5); longer text continues on the next line.</summary>
    public const int LineBytesMax = 512;

    /// <summary>Longest text, in characters; the rest is cut off, so that no filter can make a reply without bound.</summary>
    public const int TextMax = 8192;

    private readonly byte[] _wire;

    /// <summary>Creates and encodes a reply.</summary>
    /// <param name="code">200 to 599.</param>
    /// <param name="enhancedCode">The enhanced status code (RFC 2034), of the class of <paramref name="code"/>; empty for the greeting, HELO, EHLO and 3xx, which have none.</param>
    /// <param name="text">ASCII text; <c>\n</c> begins the next line. Control characters become spaces and other characters <c>?</c>, so that text from outside cannot forge a reply.</param>
    /// <exception cref="ArgumentException">A code is out of range or the two disagree: a bug, since configured codes are checked at start.</exception>
    public SmtpReply(ushort code, string enhancedCode, string text)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(code, (ushort)200);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, (ushort)599);
        ArgumentNullException.ThrowIfNull(enhancedCode);
        ArgumentNullException.ThrowIfNull(text);
        if (enhancedCode.Length > 0 && !EnhancedStatusCode.IsValidFor(code, enhancedCode))
            throw new ArgumentException($"Enhanced status code '{enhancedCode}' does not go with reply code {code}.", nameof(enhancedCode));
        Code = code;
        EnhancedCode = enhancedCode;
        Text = PrintableText.AsciiLines(text.Length > TextMax ? text[..TextMax] : text);
        _wire = Encode();
    }

    /// <summary>The reply code.</summary>
    public ushort Code { get; }

    /// <summary>The enhanced status code, or empty.</summary>
    public string EnhancedCode { get; }

    /// <summary>The text as sent, lines parted by <c>\n</c>, without codes.</summary>
    public string Text { get; }

    /// <summary>The bytes of the reply, CRLF at the end.</summary>
    public ReadOnlyMemory<byte> Wire => _wire;

    /// <summary>Whether the code is 2xx or 3xx.</summary>
    public bool IsPositive => Code < 400;

    /// <summary>Whether the code is 4xx: the client may try again (RFC 5321 §4.2.1).</summary>
    public bool IsTransient => Code is >= 400 and < 500;

    /// <summary>Whether the code is 5xx.</summary>
    public bool IsPermanent => Code >= 500;

    /// <summary>Writes the reply.</summary>
    public void WriteTo(IBufferWriter<byte> output) => output.Write(_wire);

    /// <summary>Codes and text on one line, for logs.</summary>
    public override string ToString()
    {
        string text = Text.Replace('\n', ' ');
        return EnhancedCode.Length == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{Code} {text}")
            : string.Create(CultureInfo.InvariantCulture, $"{Code} {EnhancedCode} {text}");
    }

    private byte[] Encode()
    {
        ArrayBufferWriter<byte> writer = new(Text.Length + 64);
        int prefix = 4 + (EnhancedCode.Length > 0 ? EnhancedCode.Length + 1 : 0);
        int room = LineBytesMax - 2 - prefix;
        ReadOnlySpan<char> rest = Text;
        while (true)
        {
            int newline = rest.IndexOf('\n');
            ReadOnlySpan<char> line = newline < 0 ? rest : rest[..newline];
            bool more = newline >= 0;
            if (line.Length > room)
            {
                int space = line[..(room + 1)].LastIndexOf(' ');
                int cut = space > 0 ? space : room;
                line = line[..cut];
                rest = rest[(space > 0 ? cut + 1 : cut)..];
                more = true;
            }
            else
            {
                rest = more ? rest[(newline + 1)..] : default;
            }

            WriteLine(writer, line, more);
            if (!more) return writer.WrittenSpan.ToArray();
        }
    }

    private void WriteLine(ArrayBufferWriter<byte> writer, ReadOnlySpan<char> line, bool more)
    {
        Span<byte> target = writer.GetSpan(LineBytesMax);
        Code.TryFormat(target, out int length, default, CultureInfo.InvariantCulture);
        // RFC 5321 §4.2.1: a hyphen after the code on every line but the last.
        target[length++] = more ? (byte)'-' : (byte)' ';
        if (EnhancedCode.Length > 0)
        {
            // RFC 2034 §4: the enhanced code stands on every line.
            length += Encoding.ASCII.GetBytes(EnhancedCode, target[length..]);
            target[length++] = (byte)' ';
        }

        length += Encoding.ASCII.GetBytes(line, target[length..]);
        target[length++] = (byte)'\r';
        target[length++] = (byte)'\n';
        writer.Advance(length);
    }
}
