using EdgeSmtp.Tests.Unit.Server;
using EdgeSmtp.Toolkit.Files;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit;

public sealed class ReloadedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private DateTime _stamp = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_CommentsAndBlankLines_AreLeftOut()
    {
        Write("# comment\n\n  one  \r\n\ttwo\n#three\nfour # not a comment\n");
        await using ReloadedFile<IReadOnlyList<string>> file = Open();
        Assert.Equal(["one", "two", "four # not a comment"], file.Current);
    }

    [Fact]
    public async Task Refresh_FileHasChanged_ExchangesTheWhole()
    {
        Write("one\n");
        await using ReloadedFile<IReadOnlyList<string>> file = Open();
        IReadOnlyList<string> before = file.Current;
        await file.RefreshAsync();
        Assert.Same(before, file.Current);
        Write("two\nthree\n");
        await file.RefreshAsync();
        Assert.Equal(["one"], before);
        Assert.Equal(["two", "three"], file.Current);
    }

    [Fact]
    public async Task Refresh_FileIsWrong_KeepsTheOldUntilItIsRight()
    {
        Write("one\n");
        await using ReloadedFile<IReadOnlyList<string>> file = Open();
        Write("two\nbad\n");
        await file.RefreshAsync();
        Assert.Equal(["one"], file.Current);
        Write("three\n");
        await file.RefreshAsync();
        Assert.Equal(["three"], file.Current);
    }

    [Fact]
    public async Task Refresh_FileIsGone_KeepsTheOld()
    {
        Write("one\n");
        await using ReloadedFile<IReadOnlyList<string>> file = Open();
        File.Delete(_folder.PathOf("list"));
        await file.RefreshAsync();
        Assert.Equal(["one"], file.Current);
    }

    [Fact]
    public void Open_FileIsWrong_NamesEveryFault()
    {
        Write("bad\none\nbad\n");
        InvalidDataException error = Assert.Throws<InvalidDataException>(Open);
        Assert.EndsWith("list: bad line; bad line", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FileIsMissing_Throws() => Assert.ThrowsAny<IOException>(Open);

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task Open_SizeOfFile_IsLimited(int beyond, bool expected)
    {
        Write(new string('#', ReloadedFile<object>.BytesMax + beyond));
        if (expected)
        {
            await using ReloadedFile<IReadOnlyList<string>> file = Open();
            Assert.Empty(file.Current);
        }
        else
        {
            Assert.Throws<InvalidDataException>(Open);
        }
    }

    private void Write(string text)
    {
        string path = _folder.Write("list", text);
        File.SetLastWriteTimeUtc(path, _stamp = _stamp.AddSeconds(1));
    }

    private ReloadedFile<IReadOnlyList<string>> Open() => new(
        _folder.PathOf("list"),
        TimeSpan.FromSeconds(5),
        static (lines, errors) =>
        {
            foreach (string line in lines)
            {
                if (line == "bad") errors.Add("bad line");
            }

            return lines;
        },
        new FakeTimeProvider(),
        NullLogger.Instance);
}
