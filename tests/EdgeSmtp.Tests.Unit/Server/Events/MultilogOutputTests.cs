using System.Runtime.Versioning;
using System.Text;
using EdgeSmtp.Server.Events;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Events;

/// <summary>The folder that multilog would have written; against the real one in <c>Operations/MultilogTests</c>.</summary>
[SupportedOSPlatform("linux")]
public sealed class MultilogOutputTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
    private readonly TemporaryFolder _folder = new();

    private string Folder => _folder.PathOf("log");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Label_OfATime_IsThatOfDaemontools()
    {
        // `echo | TZ=UTC tai64n` at 1999-08-24 04:03:43.087810500, from the page of tai64n.
        Assert.Equal("@4000000037c219bf2ef02e94", Tai64N.Text(DateTimeOffset.FromUnixTimeSeconds(0x37c219bf - 10).AddTicks(0x2ef02e94 / 100)));
    }

    [Fact]
    public void Write_Lines_EachHasALabel()
    {
        using (MultilogOutput output = Create())
        {
            output.Write("one\ntwo\n"u8);
            Assert.False(IsWhole("current"));
        }

        string[] lines = Read("current");
        Assert.Equal(["one", "two"], lines.Select(static line => line[(Tai64N.Length + 1)..]));
        Assert.All(lines, static line => Assert.Matches("^@[0-9a-f]{24} ", line));
        Assert.True(IsWhole("current"));
    }

    [Theory]
    [InlineData(4095, "2")]
    [InlineData(4096, "2")]
    [InlineData(4097, "1 1")]
    [InlineData(20_000, "1 1")]
    public void Write_TwoLinesOfSoManyBytes_AreInOneFileAsLongAsTheyFit(int bytes, string linesOfFiles)
    {
        const int LabelAndEnd = Tai64N.Length + 2;
        using MultilogOutput output = Create();
        output.Write(Line(1000 - LabelAndEnd));
        Assert.Empty(SetAside());
        output.Write(Line(bytes - 1000 - LabelAndEnd));
        Assert.Equal(linesOfFiles, string.Join(' ', SetAside().Select(file => Read(file).Length)));
    }

    [Fact]
    public void Write_Many_LosesNoLineAndCutsNone()
    {
        using (MultilogOutput output = Create())
        {
            for (int i = 0; i < 1000; i++)
            {
                output.Write(Encoding.ASCII.GetBytes($"line {i} {new string('x', i % 300)}\n"));
            }
        }

        string[] files = SetAside();
        Assert.All(files, file => Assert.True(file.EndsWith(".s", StringComparison.Ordinal) && IsWhole(file) && new FileInfo(PathOf(file)).Length <= 4096));
        Assert.Equal(Enumerable.Range(0, 1000).Select(static i => $"line {i}"), files.Append("current").SelectMany(Read).Select(static line => string.Join(' ', line.Split(' ')[1..3])));
    }

    [Fact]
    public void Write_ABatchLargerThanAFile_IsCutBetweenLines()
    {
        using MultilogOutput output = Create();
        output.Write(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(static i => $"line {i}\n"))));
        Assert.Equal(Enumerable.Range(0, 500).Select(static i => $"line {i}"), SetAside().Append("current").SelectMany(Read).Select(static line => line[(Tai64N.Length + 1)..]));
        Assert.InRange(SetAside().Length, 4, 8);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Rotation_KeepsAsManyFilesAsMayBe(int filesMax)
    {
        using MultilogOutput output = Create(filesMax);
        for (int i = 0; i < 20; i++)
        {
            output.Write(Line(3000));
        }

        Assert.Equal(filesMax - 1, SetAside().Length);
    }

    [Fact]
    public void Begin_AfterACleanStop_GoesOnInTheSameFile()
    {
        foreach (string line in (string[])["one\n", "two\n"])
        {
            using MultilogOutput output = Create();
            output.Write(Encoding.ASCII.GetBytes(line));
        }

        Assert.Equal(2, Read("current").Length);
        Assert.Empty(SetAside());
    }

    [Fact]
    public void Begin_AfterACrash_SetsTheFileAsideAsUnclean()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(PathOf("current"), "@4000000037c219bf2ef02e94 half a li");
        using MultilogOutput output = Create();
        output.Write("next\n"u8);
        string aside = Assert.Single(SetAside());
        Assert.EndsWith(".u", aside, StringComparison.Ordinal);
        Assert.EndsWith("half a li", File.ReadAllText(PathOf(aside)), StringComparison.Ordinal);
        Assert.Single(Read("current"));
    }

    [Theory]
    [InlineData(true, "processed", 's')]
    [InlineData(false, "previous", 'u')]
    public void Begin_AfterAProcessorThatACrashEnded_KeepsOneOfItsFiles(bool isWhole, string kept, char code)
    {
        Directory.CreateDirectory(Folder);
        foreach (string name in (string[])["previous", "processed", "state", "newstate"])
        {
            File.WriteAllText(PathOf(name), name);
        }

        File.SetUnixFileMode(PathOf("processed"), isWhole ? (UnixFileMode)0b111_100_100 : (UnixFileMode)0b110_100_100);
        using MultilogOutput output = Create();
        output.Write("next\n"u8);
        string aside = Assert.Single(SetAside());
        Assert.Equal((code, kept), (aside[^1], File.ReadAllText(PathOf(aside))));
        Assert.Equal(["current", "lock"], Directory.GetFiles(Folder).Select(Path.GetFileName).Where(static name => name![0] != '@').Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Write_WhileAnotherHasTheFolder_Fails()
    {
        using MultilogOutput first = Create();
        first.Write("one\n"u8);
        using MultilogOutput second = Create();
        Assert.ThrowsAny<IOException>(() => second.Write("two\n"u8));
        first.Dispose();
        second.Write("three\n"u8);
        Assert.Equal(2, Read("current").Length);
    }

    private static byte[] Line(int length) => [.. Enumerable.Repeat((byte)'x', length), (byte)'\n'];

    private MultilogOutput Create(int filesMax = 100) => new(Folder, new MultilogOptions { SizeBytesMax = 4096, FilesMax = filesMax }, _time);

    private string PathOf(string name) => Path.Combine(Folder, name);

    private string[] Read(string name) => File.ReadAllLines(PathOf(name));

    private bool IsWhole(string name) => File.GetUnixFileMode(PathOf(name)).HasFlag(UnixFileMode.UserExecute);

    private string[] SetAside() => [.. Directory.GetFiles(Folder, "@*").Select(static file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
}
