using System.Buffers;
using BenchmarkDotNet.Attributes;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Benchmarks.Protocol;

/// <summary>Replies, written as a server and read as a client.</summary>
[MemoryDiagnoser]
public class ReplyBenchmarks
{
    private static readonly byte[] Hello = "250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 67108864\r\n250 8BITMIME\r\n"u8.ToArray();
    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private readonly ReplyParser _parser = new();

    [Benchmark]
    public int WriteFixed()
    {
        _output.ResetWrittenCount();
        SmtpReplies.RecipientOk.WriteTo(_output);
        return _output.WrittenCount;
    }

    [Benchmark]
    public int WriteQueued()
    {
        _output.ResetWrittenCount();
        _output.Advance(SmtpReplies.WriteQueued("0f9tz3k1m2a7q", _output.GetSpan(SmtpReply.LineBytesMax)));
        return _output.WrittenCount;
    }

    [Benchmark]
    public ReplyParseStatus ParseHello() => _parser.Parse(Hello, out int _);
}
