using BenchmarkDotNet.Attributes;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Benchmarks.Protocol;

/// <summary>Un-stuffing and checking of DATA, in pieces as the transport gives them.</summary>
[MemoryDiagnoser]
public class DataDecoderBenchmarks
{
    private readonly DataDecoder _decoder = new();
    private readonly byte[] _output = new byte[4096 + 64];
    private byte[] _input = [];

    [Params(4 * 1024, 1024 * 1024)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup() => _input = BenchmarkMail.Stuffed(Bytes);

    [Benchmark]
    public long Decode()
    {
        _decoder.Reset();
        ReadOnlySpan<byte> rest = _input;
        while (!_decoder.IsComplete)
        {
            _decoder.Decode(rest[..Math.Min(rest.Length, 4096)], _output, out int consumed, out _);
            rest = rest[consumed..];
        }

        return _decoder.ContentBytes;
    }
}
