using System.Buffers;
using System.Net;
using BenchmarkDotNet.Attributes;
using EdgeSmtp.Protocol.Proxy;

namespace EdgeSmtp.Benchmarks.Protocol;

/// <summary>PROXY headers of both versions.</summary>
[MemoryDiagnoser]
public class ProxyBenchmarks
{
    private static readonly byte[] Version1 = "PROXY TCP4 192.0.2.1 198.51.100.1 56324 25\r\n"u8.ToArray();
    private byte[] _version2 = [];

    [GlobalSetup]
    public void Setup()
    {
        ArrayBufferWriter<byte> output = new();
        ProxyHeaderWriter.WriteV2(new IPEndPoint(IPAddress.Parse("2001:db8::1"), 56324), new IPEndPoint(IPAddress.Parse("2001:db8::25"), 25), output);
        _version2 = output.WrittenSpan.ToArray();
    }

    [Benchmark]
    public ProxyParseResult ParseVersion1() => ProxyHeaderParser.TryParse(Version1, out _, out int _);

    [Benchmark]
    public ProxyParseResult ParseVersion2() => ProxyHeaderParser.TryParse(_version2, out _, out int _);
}
