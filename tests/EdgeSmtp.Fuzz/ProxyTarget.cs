using System.Buffers;
using System.Net;
using EdgeSmtp.Protocol.Proxy;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Fuzz;

/// <summary>PROXY headers of both versions: no beginning of a header is another header, what is told of the client can be logged, and written again it is the same.</summary>
public sealed class ProxyTarget : IFuzzTarget
{
    public string Name => "proxy";

    public IReadOnlyList<string> Assemblies => ["EdgeSmtp.Protocol.dll"];

    public void Run(ReadOnlySpan<byte> input)
    {
        ProxyParseResult result = ProxyHeaderParser.TryParse(input, out ProxyHeader? header, out int consumed);
        Broken.Unless((result == ProxyParseResult.Ok) == (header is not null) && (consumed > 0) == (header is not null), "a header comes with a yes");
        CheckBlocks(input, result, header, consumed);
        CheckBeginnings(input, result, consumed);
        if (header is not null) CheckHeader(header);
    }

    private static void CheckBlocks(ReadOnlySpan<byte> input, ProxyParseResult result, ProxyHeader? header, int consumed)
    {
        foreach (int length in Pieces.Of(input))
        {
            ReadOnlySequence<byte> blocks = Blocks.Of(input.ToArray(), length);
            ProxyParseResult same = ProxyHeaderParser.TryParse(blocks, out ProxyHeader? other, out SequencePosition end);
            Broken.Unless(same == result && other?.Source?.ToString() == header?.Source?.ToString() && blocks.Slice(0, end).Length == consumed, $"blocks of {length} bytes are the same header");
        }
    }

    /// <summary>Bytes arrive in any portions: more must never make another answer of one that was given.</summary>
    private static void CheckBeginnings(ReadOnlySpan<byte> input, ProxyParseResult result, int consumed)
    {
        for (int length = 0; length < input.Length; length++)
        {
            ProxyParseResult sooner = ProxyHeaderParser.TryParse(input[..length], out _, out int used);
            if (result == ProxyParseResult.Ok && length >= consumed) Broken.Unless(sooner == result && used == consumed, "what follows plays no part");
            else Broken.Unless(sooner == ProxyParseResult.NeedMore || (sooner == ProxyParseResult.Bad && result == ProxyParseResult.Bad), "no answer comes before its time");
        }
    }

    private static void CheckHeader(ProxyHeader header)
    {
        Broken.Unless((header.Kind == ProxyKind.Tcp) == (header.Source is not null && header.Destination is not null), "TCP has addresses, and nothing else has");
        Broken.Unless(header.UniqueId.Length <= 128, "the id has its limit");
        foreach (string text in (ReadOnlySpan<string>)[header.Authority, header.Tls?.Version ?? "", header.Tls?.CommonName ?? "", header.Tls?.Cipher ?? ""])
        {
            foreach (char c in text) Broken.Unless(!char.IsControl(c) && c is not ('\u2028' or '\u2029'), "what is told is printable");
        }

        if (header is { Source: { } source, Destination: { } destination } && source.AddressFamily == destination.AddressFamily) CheckWritten(source, destination, header);
    }

    private static void CheckWritten(IPEndPoint source, IPEndPoint destination, ProxyHeader header)
    {
        ArrayBufferWriter<byte> wire = new();
        ProxyHeaderWriter.WriteV2(source, destination, wire, header.UniqueId.Span, checksum: true);
        ProxyParseResult result = ProxyHeaderParser.TryParse(wire.WrittenSpan, out ProxyHeader? again, out int consumed);
        Broken.Unless(result == ProxyParseResult.Ok && consumed == wire.WrittenCount, "what we write is one header");
        Broken.Unless(again!.Source!.Equals(source) && again.Destination!.Equals(destination) && again.UniqueId.Span.SequenceEqual(header.UniqueId.Span), "of the same client");
    }
}
