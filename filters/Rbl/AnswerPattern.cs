using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace EdgeSmtp.Filters.Rbl;

/// <summary>Answers of a list that count: an IPv4 address of which each octet is a number or <c>[a..b;c]</c>, as postscreen writes it.</summary>
internal sealed class AnswerPattern
{
    private const int Octets = 4;

    // One bit for each value of each octet.
    private readonly UInt128[] _low = new UInt128[Octets];
    private readonly UInt128[] _high = new UInt128[Octets];

    /// <summary>Reads a pattern. Its first octet is 127: nothing else is an answer (RFC 5782 §2.1).</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out AnswerPattern? pattern)
    {
        pattern = null;
        AnswerPattern read = new();
        ReadOnlySpan<char> rest = text;
        for (int octet = 0; octet < Octets; octet++)
        {
            int end = rest.StartsWith('[') ? rest.IndexOf(']') + 1 : rest.IndexOf('.') is var dot and >= 0 ? dot : rest.Length;
            if (end <= 0 || !read.TryReadOctet(octet, rest[..end]))
            {
                return false;
            }

            rest = rest[end..];
            if (octet < Octets - 1)
            {
                if (!rest.StartsWith('.') || (octet == 0 && !text.StartsWith("127.", StringComparison.Ordinal)))
                {
                    return false;
                }

                rest = rest[1..];
            }
        }

        if (!rest.IsEmpty)
        {
            return false;
        }

        pattern = read;
        return true;
    }

    /// <summary>Whether an answer counts.</summary>
    public bool Matches(IPAddress answer)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (!answer.TryWriteBytes(bytes, out int count) || count != Octets)
        {
            return false;
        }

        for (int octet = 0; octet < Octets; octet++)
        {
            byte value = bytes[octet];
            UInt128 half = value < 128 ? _low[octet] : _high[octet];
            if ((half & (UInt128.One << (value & 127))) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private bool TryReadOctet(int octet, ReadOnlySpan<char> text)
    {
        if (!text.StartsWith('['))
        {
            return TryReadRange(octet, text);
        }

        ReadOnlySpan<char> inner = text[1..^1];
        foreach (Range range in inner.Split(';'))
        {
            if (!TryReadRange(octet, inner[range]))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryReadRange(int octet, ReadOnlySpan<char> text)
    {
        int dots = text.IndexOf("..", StringComparison.Ordinal);
        ReadOnlySpan<char> first = dots < 0 ? text : text[..dots];
        ReadOnlySpan<char> last = dots < 0 ? text : text[(dots + 2)..];
        if (!byte.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out byte from)
            || !byte.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out byte to) || from > to)
        {
            return false;
        }

        for (int value = from; value <= to; value++)
        {
            (value < 128 ? ref _low[octet] : ref _high[octet]) |= UInt128.One << (value & 127);
        }

        return true;
    }
}
