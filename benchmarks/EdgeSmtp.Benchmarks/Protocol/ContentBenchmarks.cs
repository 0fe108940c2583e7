using BenchmarkDotNet.Attributes;
using EdgeSmtp.Protocol.Content;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Benchmarks.Protocol;

/// <summary>What looks at content as it passes, besides the decoder of DATA.</summary>
[MemoryDiagnoser]
public class ContentBenchmarks
{
    private readonly byte[] _content = BenchmarkMail.Content(4096);
    private readonly byte[] _output = new byte[8192];
    private readonly HeaderScanner _header = new();
    private readonly ContentScanner _chunks = new();

    [Benchmark]
    public long ScanHeader()
    {
        _header.Reset();
        _header.Scan(_content);
        return _header.HeaderBytes;
    }

    [Benchmark]
    public int ScanChunk()
    {
        _chunks.Reset(ContentCoding.Crlf);
        _chunks.Decode(_content, _output, out _, out int written);
        return written;
    }
}
