using System.Buffers;
using System.Net;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Explain;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Benchmarks.Core;

/// <summary>A line of the event log, and what is kept for <c>edgesmtp explain</c> of a refused recipient: collecting it, and making text of it.</summary>
[MemoryDiagnoser]
public class LogLineBenchmarks
{
    private static readonly DateTimeOffset Time = new(2026, 11, 28, 0, 0, 0, TimeSpan.Zero);
    private readonly OneBatchLog _log = new();
    private readonly ArrayBufferWriter<byte> _output = new(16 * 1024);
    private EventEntry _entry = null!;
    private TestSession _session = null!;
    private Utf8JsonWriter _json = null!;
    private ExplainTrace _trace = null!;

    [GlobalSetup]
    public void Setup()
    {
        _entry = NewEntry();
        _session = NewSession();
        _json = NewWriter(_output);
        _trace = new ExplainTrace(_log, _session, TimeProvider.System);
        Collect();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _json.Dispose();
        _entry.Dispose();
        _session.Dispose();
    }

    [Benchmark]
    public int Event()
    {
        _entry.Start(Time, "refused");
        _entry.Add("session", "0f9tz3k1m2a7qx12").Add("client", "192.0.2.7").Add("from", "a@client.test"u8).Add("reply", 550L).Add("reason", "unknown").Add("duration", TimeSpan.FromMilliseconds(12));
        _entry.Finish();
        return _entry.Line.Length;
    }

    [Benchmark]
    public void Collect()
    {
        for (int i = 0; i < 8; i++)
        {
            _trace.Call(new ExplainItem { Kind = ExplainItemKind.Call, Filter = "zen", Stage = "rcpt", Transaction = "0f9tz3k1m2a7q", Verdict = "continue" }, TimeProvider.System.GetTimestamp());
        }

        _trace.Refused(550, "unknown", "0f9tz3k1m2a7q", null, null, null);
    }

    [Benchmark]
    public int MakeText()
    {
        _output.ResetWrittenCount();
        _json.Reset(_output);
        ExplainJson.Write(_json, _log.Last);
        _json.Flush();
        return _output.WrittenCount;
    }

    private static EventEntry NewEntry() => new();

    private static TestSession NewSession() => new() { ClientEndPoint = new IPEndPoint(IPAddress.Parse("192.0.2.7"), 40000) };

    private static Utf8JsonWriter NewWriter(IBufferWriter<byte> output) => new(output, ExplainJson.Options);

    /// <summary>Gives the same two batches again and again.</summary>
    private sealed class OneBatchLog : IExplainLog
    {
        private ExplainBatch _spare = new();

        public ExplainBatch Last { get; private set; } = new();

        public ExplainBatch Rent()
        {
            _spare.Reset();
            return _spare;
        }

        public void Write(ExplainBatch batch) => (Last, _spare) = (batch, Last);
    }
}
