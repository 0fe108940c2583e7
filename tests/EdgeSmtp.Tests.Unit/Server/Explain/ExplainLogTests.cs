using EdgeSmtp.Core.Explain;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Server.Events;
using EdgeSmtp.Server.Explain;
using EdgeSmtp.Testing.Sessions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Explain;

public sealed class ExplainLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly MetricRecorder _metrics = new();
    private readonly TestSession _session = new();

    private string Folder => _folder.PathOf("explain");

    [Fact]
    public void Write_ThenRead_FindsSessionTransactionAndMessage()
    {
        using (ExplainLogWriter log = Open())
        {
            ExplainTrace trace = new(log, _session, _time);
            trace.Add(new ExplainItem { Kind = ExplainItemKind.Mail, Transaction = "t1", From = TestPath.Of("a@b.example") });
            trace.Refused(550, "listed", "t1", TestPath.Of("user@example.com"), "zen", "127.0.0.2");
            trace.Add(new ExplainItem { Kind = ExplainItemKind.Message, Transaction = "t2", Name = "m7" });
            trace.Committed("t2", isDiscarded: false);
            trace.Ended("quit");
        }

        ExplainReader reader = new(Folder);
        Assert.Equal(["mail", "refused", "message", "committed", "ended"], What(reader.Find(_session.Id)!));
        Assert.Equal(["mail", "refused", "ended"], What(reader.Find("t1")!));
        ExplainFinding byMessage = reader.Find("m7")!;
        Assert.Equal((_session.Id, "t2"), (byMessage.Session, byMessage.Transaction));
        Assert.Equal(["message", "committed", "ended"], What(byMessage));
        Assert.Null(reader.Find("t3"));
        Assert.Equal(3, _metrics.Value(ExplainMetrics.LinesTotal));
    }

    [Fact]
    public void Find_IdInTheWordsOfAStranger_IsNotTaken()
    {
        using (ExplainLogWriter log = Open())
        {
            new ExplainTrace(log, _session, _time).Refused(550, "listed", "t1", null, null, "\",\"transaction\":\"t9\"");
            _session.HelloText = "t9";
            new ExplainTrace(log, _session, _time).Refused(550, "listed", "t1", null, "t9", "t9");
        }

        Assert.Null(new ExplainReader(Folder).Find("t9"));
    }

    [Fact]
    public void Find_BesideALineThatACrashCut_ReadsTheOthers()
    {
        using (ExplainLogWriter log = Open())
        {
            new ExplainTrace(log, _session, _time).Ended("quit");
        }

        string file = LineFiles.List(Folder)[0];
        string line = File.ReadAllText(file);
        File.WriteAllText(file, line[..(line.Length / 2)] + "\n" + line + "\n\n" + line[..^20]);
        Assert.Equal(["ended"], What(new ExplainReader(Folder).Find(_session.Id)!));
    }

    [Fact]
    public void Find_LinesAcrossBlocksAndFiles_FindsAll()
    {
        using (ExplainLogWriter log = Open())
        {
            ExplainTrace trace = new(log, _session, _time);
            for (int i = 0; i < 3_000; i++)
            {
                trace.Refused(550, "listed", $"t{i}", null, "zen", new string('x', 500));
            }
        }

        Assert.True(LineFiles.List(Folder).Sum(static file => new FileInfo(file).Length) > 2 << 20);
        Assert.Equal(3_000, What(new ExplainReader(Folder).Find(_session.Id)!).Length);
        Assert.Equal(["refused"], What(new ExplainReader(Folder).Find("t1777")!));
    }

    [Fact]
    public void Write_QueueFull_DropsAndCountsWithoutWaiting()
    {
        ExplainLogWriter log = Open(queueMax: 100);
        log.Dispose();
        ExplainTrace trace = new(log, _session, _time);
        trace.Ended("quit");
        Assert.Equal(1, _metrics.Value(ExplainMetrics.DroppedTotal));
    }

    [Fact]
    public void Write_WhereNothingCanBeWritten_DropsAndCounts()
    {
        File.WriteAllText(Folder, "a file where the folder should be");
        using (ExplainLogWriter log = Open())
        {
            new ExplainTrace(log, _session, _time).Ended("quit");
        }

        Assert.Equal(1, _metrics.Value(ExplainMetrics.DroppedTotal));
        Assert.Equal(0, _metrics.Value(ExplainMetrics.LinesTotal));
    }

    [Fact]
    public void Trace_OnceTheBatchesArePooled_AllocatesNothing()
    {
        ExplainTrace trace = new(new Recycling(), _session, _time);
        MailPathHolder path = new();
        void Round()
        {
            for (int i = 0; i < 40; i++)
            {
                trace.Call(new ExplainItem { Kind = ExplainItemKind.Call, Filter = "zen", Stage = "rcpt", To = path.Path, Verdict = "continue" }, _time.GetTimestamp());
            }

            trace.Refused(550, "listed", "t1", path.Path, "zen", "detail");
        }

        for (int i = 0; i < 20; i++)
        {
            Round();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            Round();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _session.Dispose();
    }

    private static string[] What(ExplainFinding finding) => [.. finding.Items.Select(static item => item.GetProperty("what").GetString()!)];

    private ExplainLogWriter Open(int queueMax = 10_000) => new(new LineFiles(Folder, 64L << 20, TimeSpan.FromDays(7), _time), queueMax, _metrics);

    private sealed class MailPathHolder
    {
        public MailPath Path { get; } = TestPath.Of("user@example.com");
    }

    private sealed class Recycling : IExplainLog
    {
        private readonly ExplainBatch _batch = new();

        public ExplainBatch Rent() => _batch;

        public void Write(ExplainBatch batch) => batch.Reset();
    }
}
