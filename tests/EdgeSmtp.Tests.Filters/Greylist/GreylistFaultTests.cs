using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Greylist;
using EdgeSmtp.Testing.Harness;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Greylist;

/// <summary>Disks that are full or fail, and files that are torn or damaged.</summary>
public sealed class GreylistFaultTests : IDisposable
{
    private const string Path = "store";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly FaultyFolder _folder = new();
    private readonly LogRecorder _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Time_Passing_Saves()
    {
        await using GreylistStore store = Open();
        Ask(store, 1);
        Assert.Null(_folder[Path]);
        _time.Advance(TimeSpan.FromSeconds(10));

        // A real wait, because the journal has a thread of its own.
        await _folder.Synced.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(GreylistRecord.Bytes, _folder[Path]!.Length);
    }

    [Fact]
    public async Task FullDisk_GreylistingGoesOnLoudly_AndTheFileIsWrittenWhenThereIsRoom()
    {
        await using (GreylistStore store = Open())
        {
            await LearnAsync(store, 0, 10);
            _folder.Free = 100;
            await LearnAsync(store, 10, 20);
            Assert.Equal(2, _log.Lines.Count(static line => line.StartsWith("Error: store cannot be written", StringComparison.Ordinal)));
            Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(TimeSpan.Zero, Ask(store, i)));
            _folder.Free = long.MaxValue;
            await LearnAsync(store, 20, 21);
            Assert.Contains(_log.Lines, static line => line.StartsWith("Information: store is written again", StringComparison.Ordinal));
        }

        await using GreylistStore restarted = Open();
        Assert.All(Enumerable.Range(0, 21), i => Assert.Equal(TimeSpan.Zero, Ask(restarted, i)));
        Assert.DoesNotContain(_log.Lines, static line => line.Contains("damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Crash_LosesNothingThatWasSaved()
    {
        await using GreylistStore crashed = Open();
        Ask(crashed, 1);
        await crashed.SaveAsync();
        Ask(crashed, 2);

        // The process is gone without a word; what it did not save is lost, and its triple waits anew.
        await using GreylistStore restarted = Open();
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(TimeSpan.Zero, Ask(restarted, 1));
        Assert.Equal(TimeSpan.FromMinutes(5), Ask(restarted, 2));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task FullDisk_ForLong_KeepsNoMoreThanItsBufferAndWritesEverythingLater()
    {
        GreylistFilterOptions options = new() { StorePath = Path, PendingMax = 100_000 };
        await using (GreylistStore store = Open(options))
        {
            _folder.Free = 0;
            for (int i = 0; i < 40_000; i++)
            {
                Ask(store, i);
            }

            await store.SaveAsync();
            _folder.Free = long.MaxValue;
            await store.SaveAsync();
            Assert.Equal(40_000L * GreylistRecord.Bytes, _folder[Path]!.Length);
        }

        await using GreylistStore restarted = Open(options);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.All(Enumerable.Range(0, 40_000), i => Assert.Equal(TimeSpan.Zero, Ask(restarted, i)));
    }

    [Fact]
    public async Task FullDisk_WhileTheFileIsWrittenAnew_LeavesTheOldOne()
    {
        // Nothing is written in between: a part of what is asked again would be few enough for the little room there is.
        await using GreylistStore store = Open(new GreylistFilterOptions { StorePath = Path, SaveInterval = Timeout.InfiniteTimeSpan });
        await LearnAsync(store, 0, 10);
        while (_folder[Path]!.Length <= 20_000L * GreylistRecord.Bytes)
        {
            await LearnAgainAsync(store);
        }

        byte[] old = _folder[Path]!;
        _folder.Free = 10_000;
        await LearnAgainAsync(store);
        Assert.Equal(old, _folder[Path]);
        Assert.Single(_log.Lines, static line => line.StartsWith("Error: store cannot be written", StringComparison.Ordinal));
        _folder.Free = long.MaxValue;
        await store.SaveAsync();
        Assert.Equal(500L * GreylistRecord.Bytes, _folder[Path]!.Length);
    }

    [Fact]
    public async Task Sync_Failing_IsLoudAndTriedAgain()
    {
        await using (GreylistStore store = Open())
        {
            _folder.SyncFails = true;
            await LearnAsync(store, 0, 3);
            Assert.Equal(2, _log.Lines.Count(static line => line.Contains("Input/output error", StringComparison.Ordinal)));
            _folder.SyncFails = false;
            await store.SaveAsync();
        }

        await using GreylistStore restarted = Open();
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(TimeSpan.Zero, Ask(restarted, i)));
    }

    [Fact]
    public async Task File_CutAnywhere_LosesOnlyWhatIsBehindTheCut()
    {
        await using (GreylistStore store = Open())
        {
            await LearnAsync(store, 0, 4, autoAllow: false);
        }

        byte[] whole = _folder[Path]!;
        for (int cut = 1; cut <= whole.Length; cut++)
        {
            _folder[Path] = whole[..cut];
            await using GreylistStore restarted = Open();
            int known = Enumerable.Range(0, 4).Count(i => Ask(restarted, i, autoAllow: false) == TimeSpan.Zero);

            // Four waiting ones, then each as passed with its client.
            int records = cut / GreylistRecord.Bytes;
            Assert.True(known >= Math.Clamp(records, 0, 4), $"{cut}: {known}");
        }
    }

    [Fact]
    public async Task File_AppendedBehindATornRecord_IsWhole()
    {
        await using (GreylistStore store = Open())
        {
            await LearnAsync(store, 0, 2);
        }

        _folder[Path] = [.. _folder[Path]!, 1, 2, 3];
        await using (GreylistStore store = Open())
        {
            await LearnAsync(store, 2, 4);
        }

        int damagedBefore = _log.Lines.Count(static line => line.Contains("1 records skipped", StringComparison.Ordinal));
        await using GreylistStore restarted = Open();
        Assert.Equal(1, damagedBefore);
        Assert.Equal(1, _log.Lines.Count(static line => line.Contains("records skipped", StringComparison.Ordinal)));
        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(TimeSpan.Zero, Ask(restarted, i)));
    }

    [Fact]
    public async Task File_WithAnyBitFlipped_CostsThatRecordAlone()
    {
        await using (GreylistStore store = Open())
        {
            await LearnAsync(store, 0, 3, autoAllow: false);
        }

        byte[] whole = _folder[Path]!;
        for (int bit = 0; bit < whole.Length * 8; bit += 3)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            _folder[Path] = damaged;
            await using GreylistStore restarted = Open();

            // Each triple stands in the file twice: as waiting, which by now may pass, and as passed.
            Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(TimeSpan.Zero, Ask(restarted, i, autoAllow: false)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n")]
    public async Task File_OfSomethingElse_IsSetAside(string text)
    {
        byte[] foreign = System.Text.Encoding.ASCII.GetBytes(text);
        _folder[Path] = foreign;
        await using (GreylistStore store = Open())
        {
            await LearnAsync(store, 0, 2);
        }

        Assert.Equal(text.Length > 0 ? foreign : null, _folder[Path + ".bad"]);
        Assert.Equal(text.Length > 0, _log.Lines.Any(static line => line.StartsWith("Error: store holds no record", StringComparison.Ordinal)));
        await using GreylistStore restarted = Open();
        Assert.Equal(TimeSpan.Zero, Ask(restarted, 1));
    }

    [Fact]
    public async Task File_OfRandomBytes_NeverKeepsTheServerFromStarting()
    {
        Random random = new(7);
        for (int i = 0; i < 200; i++)
        {
            byte[] bytes = new byte[random.Next(0, 4_000)];
            random.NextBytes(bytes);
            for (int at = 0; at < bytes.Length; at += GreylistRecord.Bytes)
            {
                bytes[at] = (byte)random.Next(0, 5);
            }

            _folder[Path] = bytes;
            await using GreylistStore store = Open();
            Assert.True(Ask(store, 1) > TimeSpan.Zero);
        }
    }

    [Fact]
    public async Task File_OfOldRecords_IsWrittenAnew()
    {
        await using (GreylistStore store = Open())
        {
            await LearnAsync(store, 0, 10);
            for (int round = 0; round < 60; round++)
            {
                await LearnAgainAsync(store);
            }

            Assert.InRange(_folder[Path]!.Length, 1, 22_000L * GreylistRecord.Bytes);
            Assert.Null(_folder[Path + ".new"]);
        }

        await using GreylistStore restarted = Open();
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.All(Enumerable.Range(1_000, 500), i => Assert.Equal(TimeSpan.Zero, Ask(restarted, i)));
    }

    private static TimeSpan Ask(GreylistStore store, int triple, bool autoAllow = true) =>
        store.Ask((UInt128)triple, (UInt128)(1_000_000 + triple), GreylistTest.Rules with { AutoAllowAfter = autoAllow ? 5 : 0 });

    private async Task LearnAsync(GreylistStore store, int from, int to, bool autoAllow = true)
    {
        for (int i = from; i < to; i++)
        {
            Ask(store, i, autoAllow);
        }

        await store.SaveAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        for (int i = from; i < to; i++)
        {
            Assert.Equal(TimeSpan.Zero, Ask(store, i, autoAllow));
        }

        await store.SaveAsync();
    }

    /// <summary>Triples come for the first time again, so that what the file says of them is old.</summary>
    private async Task LearnAgainAsync(GreylistStore store)
    {
        _time.Advance(TimeSpan.FromDays(3));
        for (int i = 0; i < 500; i++)
        {
            Ask(store, 1_000 + i);
        }

        await store.SaveAsync();
    }

    private GreylistStore Open(GreylistFilterOptions? options = null) => GreylistStore.Open(options ?? new GreylistFilterOptions { StorePath = Path }, _time, _log.CreateLogger("test"), FilterMeter.None, _folder);
}
