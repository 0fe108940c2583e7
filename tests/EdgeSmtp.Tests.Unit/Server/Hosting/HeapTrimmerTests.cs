using System.Runtime.CompilerServices;
using EdgeSmtp.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Hosting;

public sealed class HeapTrimmerTests : IDisposable
{
    private const long Mebibyte = 1L << 20;

    private readonly FakeTimeProvider _time = new();
    private readonly Heap _heap = new();
    private readonly HeapTrimmer _trimmer;

    public HeapTrimmerTests() => _trimmer = new HeapTrimmer(_heap, _time, NullLogger<HeapTrimmer>.Instance);

    [Fact]
    public void Burst_ThatIsOver_IsTrimmedOnce()
    {
        _heap.Collect(committed: 600);
        Pass();
        Assert.Equal(0, _heap.Trims);
        Pass();
        Assert.Equal(1, _heap.Trims);
        PassMany(TimeSpan.FromHours(2));
        Assert.Equal(1, _heap.Trims);
    }

    [Fact]
    public void Server_ThatIsBusy_IsLeftAlone()
    {
        for (int i = 0; i < 100; i++)
        {
            _heap.Collect(committed: 600);
            Pass();
        }

        Assert.Equal(0, _heap.Trims);
    }

    [Theory]
    [InlineData(63, 0)]
    [InlineData(64, 1)]
    public void SmallHeap_IsLeftAlone(long committed, int trims)
    {
        _heap.Collect(committed);
        Pass();
        Pass();
        Assert.Equal(trims, _heap.Trims);
    }

    [Fact]
    public void Burst_AfterATrimThatWasNotWorthIt_IsTrimmedAtOnce()
    {
        _heap.Used = 190;
        _heap.Collect(committed: 200);
        PassMany(HeapTrimmer.Period * 2);
        Assert.Equal(1, _heap.Trims);
        _heap.Collect(committed: 600);
        PassMany(HeapTrimmer.Period * 2);
        Assert.Equal(2, _heap.Trims);
    }

    [Fact]
    public void Memory_ThatGotFreeLater_IsGivenBackWithinTheHour()
    {
        _heap.Used = 580;
        _heap.Collect(committed: 600);
        PassMany(HeapTrimmer.Period * 2);
        _heap.Used = 10;
        _heap.Collect(committed: 600);
        PassMany(HeapTrimmer.PauseMax);
        Assert.Equal(10 * Mebibyte, _heap.Committed);
    }

    [Fact]
    public void Memory_ThatIsInUse_IsTriedForLessAndLess()
    {
        _heap.Used = 580;
        List<int> trims = [];
        for (int i = 0; i < 6; i++)
        {
            for (int minute = 0; minute < 60; minute++)
            {
                _heap.Collect(committed: 600);
                PassMany(TimeSpan.FromMinutes(1));
            }

            trims.Add(_heap.Trims);
        }

        Assert.InRange(trims[0], 5, 7);
        Assert.InRange(trims[^1] - trims[1], 4, 5);
    }

    [Fact]
    public void RuntimeHeap_Trimmed_GivesBackWhatABurstTook()
    {
        RuntimeHeap heap = new();
        long full = Burst(heap);
        Assert.True(full >= 200 * Mebibyte, $"{full}");
        heap.Trim();

        // Other tests run beside this one and use the same heap.
        Assert.True(full - heap.Committed >= 100 * Mebibyte, $"{full} before, {heap.Committed} left");
    }

    public void Dispose() => _trimmer.Dispose();

    // A method of its own, so that nothing holds what it made.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Burst(RuntimeHeap heap)
    {
        byte[][] made = [.. Enumerable.Range(0, 4096).Select(static _ => new byte[64 << 10])];
        GC.Collect();
        GC.KeepAlive(made);
        return heap.Committed;
    }

    private void Pass() => _time.Advance(HeapTrimmer.Period);

    private void PassMany(TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += HeapTrimmer.Period)
        {
            Pass();
        }
    }

    private sealed class Heap : IHeap
    {
        public int Collections { get; private set; }

        public long Committed { get; private set; }

        public int Trims { get; private set; }

        /// <summary>Mebibytes that cannot be given back.</summary>
        public long Used { get; set; } = 10;

        public void Collect(long committed)
        {
            Collections++;
            Committed = committed * Mebibyte;
        }

        public void Trim()
        {
            Trims++;
            Collect(Used);
        }
    }
}
