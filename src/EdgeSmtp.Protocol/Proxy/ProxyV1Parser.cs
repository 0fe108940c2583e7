using System.Net;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Protocol.Proxy;

/// <summary>Version 1, one line of text (PROXY protocol §2.1).</summary>
internal static class ProxyV1Parser
{
    /// <summary>Longest line with its CRLF (§2.1).</summary>
    public const int LineBytesMax = 107;

    public static ReadOnlySpan<byte> Signature => "PROXY "u8;

    public static ProxyParseResult Parse(ReadOnlySpan<byte> input, out ProxyHeader? header, out int consumed)
    {
        header = null;
        consumed = 0;
        ReadOnlySpan<byte> window = input[..Math.Min(input.Length, LineBytesMax)];
        if (window.Length < Signature.Length) return Signature.StartsWith(window) ? ProxyParseResult.NeedMore : ProxyParseResult.Bad;
        if (!window.StartsWith(Signature)) return ProxyParseResult.Bad;
        int end = window.IndexOf((byte)'\n');
        if (end < 0) return input.Length >= LineBytesMax ? ProxyParseResult.Bad : ProxyParseResult.NeedMore;
        // §2.1: the line ends in CRLF; there is no other form.
        if (window[end - 1] != '\r') return ProxyParseResult.Bad;
        header = ParseFields(window[Signature.Length..(end - 1)]);
        if (header is null) return ProxyParseResult.Bad;
        consumed = end + 1;
        return ProxyParseResult.Ok;
    }

    private static ProxyHeader? ParseFields(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> family = Next(ref line);
        // §2.1: what follows UNKNOWN up to the line's end is ignored.
        if (family.SequenceEqual("UNKNOWN"u8)) return new ProxyHeader { Version = 1, Kind = ProxyKind.Unknown };
        bool isV4 = family.SequenceEqual("TCP4"u8);
        if (!isV4 && !family.SequenceEqual("TCP6"u8)) return null;
        if (!TryParseAddress(Next(ref line), isV4, out IPAddress? source)) return null;
        if (!TryParseAddress(Next(ref line), isV4, out IPAddress? destination)) return null;
        if (!TryParsePort(Next(ref line), out int sourcePort) || !TryParsePort(Next(ref line), out int destinationPort) || !line.IsEmpty) return null;
        return new ProxyHeader
        {
            Version = 1,
            Kind = ProxyKind.Tcp,
            Source = new IPEndPoint(source!, sourcePort),
            Destination = new IPEndPoint(destination!, destinationPort),
        };
    }

    /// <summary>Exactly one space parts the fields (§2.1). A field that ends in one at the line's end leaves an empty field, which nothing accepts.</summary>
    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> line)
    {
        int space = line.IndexOf((byte)' ');
        ReadOnlySpan<byte> field = space < 0 ? line : line[..space];
        bool trailing = space == line.Length - 1 && space >= 0;
        line = space < 0 ? default : line[(space + 1)..];
        return trailing ? default : field;
    }

    private static bool TryParseAddress(ReadOnlySpan<byte> text, bool isV4, out IPAddress? address) => isV4
        ? AddressLiteral.TryParseV4(text, out address)
        : AddressLiteral.TryParseV6(text, out address);

    private static bool TryParsePort(ReadOnlySpan<byte> text, out int port)
    {
        port = 0;
        if (text.Length is 0 or > 5 || (text.Length > 1 && text[0] == '0')) return false;
        foreach (byte b in text)
        {
            if (!char.IsAsciiDigit((char)b)) return false;
            port = (port * 10) + (b - '0');
        }

        return port <= ushort.MaxValue;
    }
}
