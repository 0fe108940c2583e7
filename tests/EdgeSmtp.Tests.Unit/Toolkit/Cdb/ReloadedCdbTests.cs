using EdgeSmtp.Toolkit.Cdb;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit.Cdb;

public sealed class ReloadedCdbTests : IDisposable
{
    private readonly CdbFile _file = new();
    private DateTime _stamp = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task Refresh_FileWasReplaced_AnswersFromTheNewOne()
    {
        Write(("old", "1"));
        await using ReloadedCdb cdb = Open();
        Assert.Equal(CdbStatus.Found, cdb.Find("old"u8));

        Write(("new", "2"));
        await cdb.RefreshAsync();

        Assert.Equal(CdbStatus.NotFound, cdb.Find("old"u8));
        Assert.Equal(CdbStatus.Found, cdb.Find("new"u8, out byte[] data));
        Assert.Equal("2"u8, data);
    }

    [Fact]
    public async Task Refresh_FileIsCutShortOrGone_KeepsTheOldOne()
    {
        Write(("old", "1"));
        await using ReloadedCdb cdb = Open();
        _file.Write(_file.Read()[..^1]);
        Touch();
        await cdb.RefreshAsync();
        Assert.Equal(CdbStatus.Found, cdb.Find("old"u8));
        File.Delete(_file.Path);
        await cdb.RefreshAsync();
        Assert.Equal(CdbStatus.Found, cdb.Find("old"u8));
    }

    [Fact]
    public async Task Open_NotThereAndNotRequired_IsUnavailableUntilItIs()
    {
        await using ReloadedCdb cdb = Open(required: false);
        Assert.Equal(CdbStatus.Unavailable, cdb.Find("key"u8));
        Assert.False(cdb.IsAvailable);

        Write(("key", "1"));
        await cdb.RefreshAsync();

        Assert.Equal(CdbStatus.Found, cdb.Find("key"u8));
        Assert.True(cdb.IsAvailable);
    }

    [Fact]
    public void Open_RequiredAndNotThere_IsAnError() => Assert.ThrowsAny<IOException>(() => Open());

    [Fact]
    public void Open_RequiredAndNoCdb_IsAnError()
    {
        _file.Write(new byte[100]);
        Assert.Throws<InvalidDataException>(() => Open());
    }

    [Fact]
    public async Task Find_WhileTheFileIsReplacedAgainAndAgain_NeverMisses()
    {
        Write(("key", "0"));
        await using ReloadedCdb cdb = Open();
        bool stop = false;
        int missed = 0;
        Thread[] threads = [.. Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                if (cdb.Find("key"u8) != CdbStatus.Found)
                {
                    Interlocked.Increment(ref missed);
                }
            }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        for (int i = 0; i < 100; i++)
        {
            Write(("key", $"{i}"), ($"filler{i}", "x"));
            await cdb.RefreshAsync();
        }

        Volatile.Write(ref stop, true);
        Array.ForEach(threads, static thread => thread.Join());
        Assert.Equal(0, missed);
    }

    private void Write(params (string Key, string Data)[] records)
    {
        _file.With(records);
        Touch();
    }

    // Times on disk are coarser than tests are fast.
    private void Touch() => File.SetLastWriteTimeUtc(_file.Path, _stamp = _stamp.AddSeconds(1));

    private ReloadedCdb Open(bool required = true) => new(_file.Path, TimeSpan.FromMinutes(1), required, new FakeTimeProvider(), NullLogger.Instance);
}
