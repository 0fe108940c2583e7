using BenchmarkDotNet.Attributes;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Staging;

namespace EdgeSmtp.Benchmarks.Queue;

/// <summary>A message staged in the pieces in which DATA gives it, sealed, and given back.</summary>
[MemoryDiagnoser]
public class StagingBenchmarks
{
    private const int PieceBytes = 16 * 1024;
    private readonly StagingArea _area = new(new StagingOptions { BytesMax = 64 << 20 });
    private byte[] _content = [];

    [Params(4 * 1024, 64 * 1024)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup() => _content = BenchmarkMail.Content(Bytes);

    [Benchmark]
    public long Stage()
    {
        using StagedMessage staged = _area.TryBegin(0)!;
        staged.SetTrace("Received: from client.test by mx.test; Sat, 28 Nov 2026 00:00:00 +0000\r\n"u8);
        for (int at = 0; at < _content.Length; at += PieceBytes)
        {
            staged.TryAppend(_content.AsSpan(at, Math.Min(PieceBytes, _content.Length - at)));
        }

        staged.Seal();
        return staged.Length;
    }
}
