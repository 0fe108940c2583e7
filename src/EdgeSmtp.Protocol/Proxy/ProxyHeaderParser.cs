using System.Buffers;

namespace EdgeSmtp.Protocol.Proxy;

/// <summary>Parses the PROXY header with which a load balancer begins a connection, version 1 or 2 (PROXY protocol §2).</summary>
/// <remarks>To be used only on connections from addresses that are trusted to name others, and there always: the protocol forbids guessing whether a header is there (§2).</remarks>
public static class ProxyHeaderParser
{
    /// <summary>Longest address block with its TLVs of version 2, in bytes; longer is bad. The format allows 65,535; what is known and used fits a quarter of this.</summary>
    public const int V2PayloadBytesMax = 4096;

    /// <summary>Longest header there is.</summary>
    public const int HeaderBytesMax = ProxyV2Parser.FixedBytes + V2PayloadBytesMax;

    /// <summary>Parses what has arrived.</summary>
    /// <param name="input">The bytes from the start of the connection.</param>
    /// <param name="header">The header, when the result is <see cref="ProxyParseResult.Ok"/>.</param>
    /// <param name="consumed">The first byte behind the header; the start of the input unless the result is Ok.</param>
    public static ProxyParseResult TryParse(in ReadOnlySequence<byte> input, out ProxyHeader? header, out SequencePosition consumed)
    {
        consumed = input.Start;
        int length = (int)Math.Min(input.Length, HeaderBytesMax);
        if (input.FirstSpan.Length >= length)
        {
            ProxyParseResult direct = TryParse(input.FirstSpan[..length], out header, out int used);
            consumed = input.GetPosition(used);
            return direct;
        }

        Span<byte> copy = stackalloc byte[length];
        input.Slice(0, length).CopyTo(copy);
        ProxyParseResult result = TryParse(copy, out header, out int copied);
        consumed = input.GetPosition(copied);
        return result;
    }

    /// <summary>Parses what has arrived.</summary>
    /// <param name="input">The bytes from the start of the connection.</param>
    /// <param name="header">The header, when the result is <see cref="ProxyParseResult.Ok"/>.</param>
    /// <param name="consumed">Bytes of the header; 0 unless the result is Ok.</param>
    public static ProxyParseResult TryParse(ReadOnlySpan<byte> input, out ProxyHeader? header, out int consumed)
    {
        header = null;
        consumed = 0;
        if (input.IsEmpty) return ProxyParseResult.NeedMore;
        return input[0] == ProxyV2Parser.Signature[0]
            ? ProxyV2Parser.Parse(input, out header, out consumed)
            : ProxyV1Parser.Parse(input, out header, out consumed);
    }
}
