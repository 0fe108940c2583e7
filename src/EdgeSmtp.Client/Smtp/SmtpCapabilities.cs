using System.Globalization;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Client.Smtp;

/// <summary>What a server offers (RFC 5321 §4.1.1.1).</summary>
public sealed record SmtpCapabilities
{
    /// <summary>A server that only knows HELO.</summary>
    public static SmtpCapabilities None { get; } = new();

    /// <summary>PIPELINING (RFC 2920).</summary>
    public bool Pipelining { get; init; }

    /// <summary>8BITMIME (RFC 6152).</summary>
    public bool EightBitMime { get; init; }

    /// <summary>BINARYMIME (RFC 3030 §3).</summary>
    public bool BinaryMime { get; init; }

    /// <summary>CHUNKING (RFC 3030 §2).</summary>
    public bool Chunking { get; init; }

    /// <summary>SMTPUTF8 (RFC 6531).</summary>
    public bool SmtpUtf8 { get; init; }

    /// <summary>DSN (RFC 3461).</summary>
    public bool Dsn { get; init; }

    /// <summary>STARTTLS (RFC 3207).</summary>
    public bool StartTls { get; init; }

    /// <summary>SIZE (RFC 1870).</summary>
    public bool Size { get; init; }

    /// <summary>The largest message in bytes that SIZE names; 0 when none is named.</summary>
    public long SizeBytesMax { get; init; }

    /// <summary>Reads the reply to EHLO or LHLO.</summary>
    /// <param name="reply">A 250; its first line is the server's name.</param>
    public static SmtpCapabilities Parse(ServerReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        SmtpCapabilities found = None;
        for (int i = 1; i < reply.Lines.Count; i++)
        {
            ReadOnlySpan<char> line = reply.Lines[i].AsSpan().Trim();
            int space = line.IndexOf(' ');
            ReadOnlySpan<char> keyword = space < 0 ? line : line[..space];
            ReadOnlySpan<char> value = space < 0 ? default : line[(space + 1)..].Trim();
            found = found.With(keyword, value);
        }

        return found;
    }

    private SmtpCapabilities With(ReadOnlySpan<char> keyword, ReadOnlySpan<char> value)
    {
        // RFC 5321 §4.1.1.1: keywords are compared without case.
        if (keyword.Equals("PIPELINING", StringComparison.OrdinalIgnoreCase)) return this with { Pipelining = true };
        if (keyword.Equals("8BITMIME", StringComparison.OrdinalIgnoreCase)) return this with { EightBitMime = true };
        if (keyword.Equals("BINARYMIME", StringComparison.OrdinalIgnoreCase)) return this with { BinaryMime = true };
        if (keyword.Equals("CHUNKING", StringComparison.OrdinalIgnoreCase)) return this with { Chunking = true };
        if (keyword.Equals("SMTPUTF8", StringComparison.OrdinalIgnoreCase)) return this with { SmtpUtf8 = true };
        if (keyword.Equals("DSN", StringComparison.OrdinalIgnoreCase)) return this with { Dsn = true };
        if (keyword.Equals("STARTTLS", StringComparison.OrdinalIgnoreCase)) return this with { StartTls = true };
        if (!keyword.Equals("SIZE", StringComparison.OrdinalIgnoreCase)) return this;
        // RFC 1870 §4: no number, or 0, means no fixed maximum.
        _ = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes);
        return this with { Size = true, SizeBytesMax = bytes };
    }
}
