using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Server.Events;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Events;

public sealed class EventLogWriterTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly MetricRecorder _metrics = new();

    [Fact]
    public void Dispose_LinesWaiting_AreWrittenInOrder()
    {
        RecordingOutput output = new();
        EventLogWriter log = new([output], 1000, _time, _metrics);
        for (int i = 0; i < 500; i++)
        {
            log.Write(log.Begin("test").Add("number", i));
        }

        log.Dispose();

        Assert.Equal(Enumerable.Range(0, 500), output.Lines.Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("number").GetInt32()));
        Assert.Equal(500, _metrics.Value(EventLogMetrics.LinesTotal));
        Assert.True(output.IsDisposed);
    }

    [Fact]
    public void Write_TextOfStrangers_CannotForgeALine()
    {
        RecordingOutput output = new();
        using (EventLogWriter log = new([output], 1000, _time, _metrics))
        {
            log.Write(log.Begin("refused").Add("helo", "a\r\n{\"event\":\"committed\"}"u8));
        }

        string line = Assert.Single(output.Lines);
        Assert.Equal("refused", JsonDocument.Parse(line).RootElement.GetProperty("event").GetString());
        Assert.Equal("2026-01-02T03:04:05.000Z", JsonDocument.Parse(line).RootElement.GetProperty("time").GetString());
    }

    [Fact]
    public void Write_QueueFull_DropsAndCountsWithoutWaiting()
    {
        using RecordingOutput output = new() { Gate = new ManualResetEventSlim() };
        EventLogWriter log = new([output], 10, _time, _metrics);
        log.Write(log.Begin("first"));
        output.Reached.Wait(TestContext.Current.CancellationToken);

        for (int i = 0; i < 15; i++)
        {
            log.Write(log.Begin("more"));
        }

        Assert.Equal(5, _metrics.Value(EventLogMetrics.DroppedTotal));
        output.Gate.Set();
        log.Dispose();
        Assert.Equal(11, output.Lines.Count);
    }

    [Fact]
    public void Write_AfterDispose_IsDropped()
    {
        RecordingOutput output = new();
        EventLogWriter log = new([output], 10, _time, _metrics);
        log.Dispose();

        log.Write(log.Begin("late"));

        Assert.Empty(output.Lines);
        Assert.Equal(1, _metrics.Value(EventLogMetrics.DroppedTotal));
    }

    [Fact]
    public void Write_OutputFails_TheOtherStillGetsTheLines()
    {
        RecordingOutput output = new();
        using (EventLogWriter log = new([new FailingOutput(), output], 10, _time, _metrics))
        {
            log.Write(log.Begin("one"));
        }

        Assert.Single(output.Lines);
        Assert.Equal(1, _metrics.Value(EventLogMetrics.FailuresTotal));
        Assert.Equal(0, _metrics.Value(EventLogMetrics.DroppedTotal));
    }

    [Fact]
    public void BeginAndWrite_Steady_AllocateNothingButTheTimeText()
    {
        RecordingOutput output = new();
        using EventLogWriter log = new([output], 100_000, _time, _metrics);
        EventEntry[] warm = [.. Enumerable.Range(0, 200).Select(_ => log.Begin("warm"))];
        foreach (EventEntry entry in warm)
        {
            log.Write(entry);
        }

        output.WaitFor(200);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            log.Write(log.Begin("test").Add("number", i));
        }

        // 72 bytes: the text of the time stamp.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 120);
    }

    [Fact]
    public void FileEventOutput_AtItsSize_BeginsANewFileAndKeepsSoMany()
    {
        using TemporaryFolder folder = new();
        string path = folder.PathOf("events.log");
        using (FileEventOutput output = new(path, sizeBytesMax: 10, filesMax: 2))
        {
            foreach (string line in (string[])["1234567\n", "22\n", "3\n", "4444444\n", "5555555\n"])
            {
                output.Write(Encoding.UTF8.GetBytes(line));
            }
        }

        Assert.Equal("5555555\n", File.ReadAllText(path));
        Assert.Equal("4444444\n", File.ReadAllText(path + ".1"));
        Assert.Equal("22\n3\n", File.ReadAllText(path + ".2"));
        Assert.False(File.Exists(path + ".3"));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void FileEventOutput_ReopenAfterAMove_WritesToTheNewFile()
    {
        using TemporaryFolder folder = new();
        string path = folder.PathOf("events.log");
        using FileEventOutput output = new(path, 1000, 1);
        output.Write("old\n"u8);
        File.Move(path, folder.PathOf("moved"));

        output.Reopen();
        output.Write("new\n"u8);

        Assert.Equal("new\n", File.ReadAllText(path));
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite));
    }

    private sealed class FailingOutput : IEventOutput
    {
        public void Write(ReadOnlySpan<byte> lines) => throw new IOException("disk full");

        public void Reopen()
        {
        }

        public void Dispose()
        {
        }
    }
}
