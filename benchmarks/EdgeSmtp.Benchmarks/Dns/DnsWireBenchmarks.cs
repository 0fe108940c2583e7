using BenchmarkDotNet.Attributes;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Dns;
using EdgeSmtp.Dns.Exchange;
using EdgeSmtp.Dns.Wire;

namespace EdgeSmtp.Benchmarks.Dns;

/// <summary>A question to a DNS list and its answers.</summary>
[MemoryDiagnoser]
public class DnsWireBenchmarks
{
    private static readonly DnsKey Question = new("2.0.0.127.list.example", DnsRecordType.A);
    private readonly byte[] _question = new byte[WireQuestion.LengthMax];
    private byte[] _listed = [];
    private byte[] _unlisted = [];

    [GlobalSetup]
    public void Setup()
    {
        int length = WireQuestion.Write(_question, 7, Question, dnssecOk: false);
        // Up to the OPT record, which is the last of a question.
        byte[] asked = _question[..length];
        int question = WireHeader.Length + Question.Name.Length + 2 + 4;
        _listed = [.. asked[..question], 0xC0, 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 127, 0, 0, 2];
        _listed[2] = 0x81;
        _listed[3] = 0x80;
        _listed[7] = 1;
        _listed[11] = 0;
        _unlisted = asked[..question];
        _unlisted[2] = 0x81;
        _unlisted[3] = 0x83;
        _unlisted[7] = _unlisted[11] = 0;
    }

    [Benchmark]
    public int WriteQuestion() => WireQuestion.Write(_question, 7, Question, dnssecOk: false);

    [Benchmark]
    public int ReadListed()
    {
        ReplyReader.Read(_listed, Question, trusted: false, out DnsReply reply);
        return reply.Answer.Records.Count;
    }

    [Benchmark]
    public int ReadUnlisted()
    {
        ReplyReader.Read(_unlisted, Question, trusted: false, out DnsReply reply);
        return reply.Answer.Records.Count;
    }
}
