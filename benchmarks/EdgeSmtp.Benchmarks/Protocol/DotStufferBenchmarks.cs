using System.Buffers;
using BenchmarkDotNet.Attributes;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Benchmarks.Protocol;

/// <summary>Stuffing on the way out.</summary>
[MemoryDiagnoser]
public class DotStufferBenchmarks
{
    private readonly ArrayBufferWriter<byte> _output = new(2 * 1024 * 1024);
    private byte[] _content = [];

    [Params(4 * 1024, 1024 * 1024)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup() => _content = BenchmarkMail.Content(Bytes);

    [Benchmark]
    public int Stuff()
    {
        _output.ResetWrittenCount();
        DotStuffer stuffer = default;
        stuffer.Write(_content, _output);
        stuffer.Finish(_output);
        return _output.WrittenCount;
    }
}
