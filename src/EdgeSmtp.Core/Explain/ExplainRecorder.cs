using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace EdgeSmtp.Core.Explain;

/// <summary>Keeps the lines in memory: for tests.</summary>
public sealed class ExplainRecorder : IExplainLog
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>All lines so far.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <inheritdoc />
    public ExplainBatch Rent() => new();

    /// <inheritdoc />
    public void Write(ExplainBatch batch)
    {
        ArrayBufferWriter<byte> buffer = new();
        using Utf8JsonWriter json = new(buffer, ExplainJson.Options);
        ExplainJson.Write(json, batch);
        json.Flush();
        _lines.Enqueue(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
