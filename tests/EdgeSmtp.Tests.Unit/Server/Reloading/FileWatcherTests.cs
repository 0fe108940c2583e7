using EdgeSmtp.Server.Reloading;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Reloading;

public sealed class FileWatcherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private int _changes;

    [Fact]
    public void Tick_UnchangedFile_SaysNothing()
    {
        using FileWatcher watcher = Watch(_folder.Write("a", "1"));
        Ticks(5);

        Assert.Equal(0, _changes);
    }

    [Fact]
    public void Tick_ChangedFile_SaysSoOnceItStandsStill()
    {
        string path = _folder.Write("a", "1");
        using FileWatcher watcher = Watch(path);

        _folder.Write("a", "12");
        Ticks(1);
        Assert.Equal(0, _changes);
        _folder.Write("a", "123");
        Ticks(1);
        Assert.Equal(0, _changes);
        Ticks(1);
        Assert.Equal(1, _changes);
        Ticks(5);
        Assert.Equal(1, _changes);
    }

    [Fact]
    public void Tick_FileReplacedByRename_IsNoticed()
    {
        string path = _folder.Write("a", "1");
        using FileWatcher watcher = Watch(path);

        File.Move(_folder.Write("b", "changed"), path, overwrite: true);
        Ticks(2);

        Assert.Equal(1, _changes);
    }

    [Fact]
    public void Tick_LinkThatPointsElsewhere_IsNoticed()
    {
        _folder.Write("one", "1");
        _folder.Write("two", "22");
        string link = _folder.PathOf("link");
        File.CreateSymbolicLink(link, "one");
        using FileWatcher watcher = Watch(link);

        File.Delete(link);
        File.CreateSymbolicLink(link, "two");
        Ticks(2);

        Assert.Equal(1, _changes);
    }

    [Fact]
    public void Tick_FileGoneForAMoment_IsNoticedWhenItIsBack()
    {
        string path = _folder.Write("a", "1");
        using FileWatcher watcher = Watch(path);

        File.Delete(path);
        Ticks(1);
        _folder.Write("a", "new");
        Ticks(2);

        Assert.Equal(1, _changes);
    }

    [Fact]
    public void Watch_SameFilesAgain_KeepsAChangeThatNobodySaw()
    {
        string path = _folder.Write("a", "1");
        using FileWatcher watcher = Watch(path);

        _folder.Write("a", "12");
        watcher.Watch([path]);
        Ticks(2);

        Assert.Equal(1, _changes);
    }

    public void Dispose() => _folder.Dispose();

    private FileWatcher Watch(string path) => new([path], _time, () => _changes++);

    private void Ticks(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _time.Advance(FileWatcher.Period);
        }
    }
}
