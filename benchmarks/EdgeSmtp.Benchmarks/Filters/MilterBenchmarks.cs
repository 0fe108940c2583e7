using System.Buffers;
using BenchmarkDotNet.Attributes;
using EdgeSmtp.Filters.Milter.Dialogue;
using EdgeSmtp.Filters.Milter.Wire;
using EdgeSmtp.Protocol.Content;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>What a message costs us besides the milter: making its packets, and reading the answers.</summary>
[MemoryDiagnoser]
public class MilterBenchmarks
{
    private readonly MilterWriter _writer = new();
    private readonly MilterFraming _framing = new(1 << 20);
    private readonly byte[] _answers = [.. Enumerable.Repeat<byte[]>([0, 0, 0, 1, (byte)'c'], 30).SelectMany(static packet => packet)];
    private TestMessageContent _content = null!;

    [GlobalSetup]
    public void Setup() => _content = NewContent();

    [GlobalCleanup]
    public void Cleanup() => _content.Dispose();

    private static TestMessageContent NewContent() => new(BenchmarkMail.Content(4096));

    [Benchmark]
    public int WriteMessage()
    {
        MilterHeader header = MilterHeader.Read(_content.Bytes, _content, out ReadOnlySequence<byte> body);
        foreach (HeaderFieldView field in header.FieldsFrom(0))
        {
            _writer.Header(field.Name, field.RawValue);
        }

        _writer.Body(body);
        int length = _writer.Written.Length;
        _writer.Clear();
        return length;
    }

    [Benchmark]
    public int ReadThirtyAnswers()
    {
        int count = 0;
        _answers.CopyTo(_framing.Free());
        _framing.Take(_answers.Length);
        while (_framing.TryRead(out MilterPacket packet))
        {
            count += MilterReply.Read(packet).Kind == MilterReplyKind.Continue ? 1 : 0;
        }

        return count;
    }
}
