using System.Text;
using EdgeSmtp.Server.Events;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Events;

public sealed class LineFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private string Folder => _folder.PathOf("explain");

    [Fact]
    public void Append_BeyondTheBytes_DropsTheOldestFile()
    {
        using LineFiles files = new(Folder, 16 * 100, TimeSpan.FromDays(7), _time);
        for (int i = 0; i < 60; i++)
        {
            files.Append(Line(i, 50));
        }

        string[] lines = [.. LineFiles.List(Folder).SelectMany(File.ReadAllLines)];
        Assert.InRange(LineFiles.List(Folder).Sum(static file => new FileInfo(file).Length), 1, 16 * 100);
        Assert.Equal(60 - lines.Length, int.Parse(lines[0].TrimEnd('x'), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("59", lines[^1].TrimEnd('x'));
    }

    [Fact]
    public void Expire_BeyondTheAge_DropsFilesAndSparesTheCurrentOne()
    {
        using LineFiles files = new(Folder, 1 << 20, TimeSpan.FromHours(16), _time);
        files.Append(Line(1, 10));
        _time.Advance(TimeSpan.FromMinutes(61));
        files.Append(Line(2, 10));
        Assert.Equal(2, LineFiles.List(Folder).Count);

        File.SetLastWriteTimeUtc(LineFiles.List(Folder)[0], _time.GetUtcNow().UtcDateTime - TimeSpan.FromHours(16) - TimeSpan.FromSeconds(1));
        files.Expire();

        Assert.Equal("2", Assert.Single(LineFiles.List(Folder).SelectMany(File.ReadAllLines)).TrimEnd('x'));
    }

    [Fact]
    public void Expire_OfAnIdleServer_DropsItsLastFileToo()
    {
        using LineFiles files = new(Folder, 1 << 20, TimeSpan.FromHours(16), _time);
        files.Append(Line(1, 10));
        _time.Advance(TimeSpan.FromHours(17));
        files.Expire();
        Assert.Empty(LineFiles.List(Folder));
    }

    [Fact]
    public void Append_AfterARestart_BeginsANewFile()
    {
        using (LineFiles first = new(Folder, 1 << 20, TimeSpan.FromDays(7), _time))
        {
            first.Append("{\"session\":\"cut in t"u8);
        }

        using LineFiles second = new(Folder, 1 << 20, TimeSpan.FromDays(7), _time);
        second.Append(Line(2, 10));
        Assert.Equal(2, LineFiles.List(Folder).Count);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(LineFiles.List(Folder)[0]));
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Line(int number, int length) => Encoding.ASCII.GetBytes($"{number}".PadRight(length - 1, 'x') + "\n");
}
