using BenchmarkDotNet.Attributes;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Benchmarks.Protocol;

/// <summary>What filters read of a header: its fields one by one, and the addresses of one field.</summary>
[MemoryDiagnoser]
public class HeaderBenchmarks
{
    private static readonly byte[] From = " \"Example, Alice\" <alice.example@client.test>"u8.ToArray();
    private readonly byte[] _content = BenchmarkMail.Content(4096);

    [Benchmark]
    public int WalkFields() => HeaderFields.Count(_content, "Received"u8);

    [Benchmark]
    public bool ReadFrom() => MailboxList.TryRead(From, out _);
}
