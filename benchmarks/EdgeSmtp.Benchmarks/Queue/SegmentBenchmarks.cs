using BenchmarkDotNet.Attributes;
using EdgeSmtp.Queue.FileSystem;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Benchmarks.Queue;

/// <summary>
/// One commit: a batch written in one call and synced, into a file that was prepared in three ways. Set <c>EDGESMTP_BENCHMARK_DISK</c> to a folder on the disk
/// in question; a folder in RAM shows nothing.
/// </summary>
[MemoryDiagnoser]
[BenchmarkCategory(AllocationMeter.SkippedCategory)]
[MedianColumn]
[MinColumn]
[InvocationCount(Commits)]
public class SegmentBenchmarks
{
    private const int Commits = 512;
    private const int BlockBytes = 4096;
    private readonly LinuxFileSystem _files = new();
    private string _path = string.Empty;
    private byte[] _batch = [];
    private IQueueFile? _file;
    private long _end;

    /// <summary>How the file was prepared.</summary>
    [ParamsAllValues]
    public SegmentPreparation Preparation { get; set; }

    /// <summary>Messages of 4 KiB that share the commit.</summary>
    [Params(1, 64)]
    public int Messages { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        string folder = Environment.GetEnvironmentVariable("EDGESMTP_BENCHMARK_DISK") ?? "/var/tmp";
        _path = Path.Combine(folder, $"edgesmtp-segment-{Environment.ProcessId}");
        _batch = new byte[Messages * BlockBytes];
        Random.Shared.NextBytes(_batch);
    }

    [IterationSetup]
    public void Prepare()
    {
        long bytes = (long)_batch.Length * Commits;
        if (Preparation == SegmentPreparation.Allocated)
        {
            using SafeFileHandle handle = File.OpenHandle(_path, FileMode.Create, FileAccess.ReadWrite, preallocationSize: bytes);
            RandomAccess.SetLength(handle, bytes);
        }

        _file = _files.Open(_path, QueueFileAccess.Create);
        if (Preparation == SegmentPreparation.PreWritten)
        {
            byte[] zeros = new byte[_batch.Length];
            for (int i = 0; i < Commits; i++)
            {
                _file.Write((long)i * zeros.Length, zeros);
            }
        }

        _file.DataSync();
        _end = 0;
    }

    [Benchmark]
    public void Commit()
    {
        _file!.Write(_end, _batch);
        _file.DataSync();
        _end += _batch.Length;
    }

    [IterationCleanup]
    public void Remove()
    {
        _file?.Dispose();
        File.Delete(_path);
    }
}
