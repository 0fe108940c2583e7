using System.Text;
using BenchmarkDotNet.Attributes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.SpamAssassin;
using EdgeSmtp.Filters.SpamAssassin.Spamd;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>What the filter costs beside spamd: a message whose recipients want no scan, and the reading of an answer.</summary>
[MemoryDiagnoser]
public class SpamAssassinBenchmarks : IDisposable
{
    private static readonly byte[] Answer = Encoding.ASCII.GetBytes(
        "SPAMD/1.1 0 EX_OK\r\nContent-length: 62\r\nSpam: True ; 15.3 / 5.0\r\n\r\nBAYES_99,HTML_MESSAGE,MIME_HTML_ONLY,MISSING_DATE,NO_RELAYS,URI");

    private readonly FilterHarness _harness = FilterHarness.Of(static filters => filters.AddSpamAssassin(), new SpamAssassinFilterOptions
    {
        Recipients = new Dictionary<string, SpamProfileOptions> { ["example.com"] = new() { Scan = false } },
    });
    private readonly RecipientVerdicts _verdicts = new();
    private TestMessageContent? _content;

    [GlobalSetup]
    public void Setup()
    {
        _harness.Transaction.AddRecipient("a@example.com");
        _content = new TestMessageContent($"Received: by edge\nSubject: one\nTo: a@example.com\n\n{new string('x', 4096)}\n");
        _harness.Transaction.Staged = _content;
    }

    /// <summary>A header without foreign fields, and no scan.</summary>
    [Benchmark(Baseline = true)]
    public ValueTask NotScanned()
    {
        _verdicts.Reset(1);
        return ((IMessageFilter)_harness.Filter).OnMessageAsync(_harness.Transaction, _verdicts, CancellationToken.None);
    }

    /// <summary>The answer of spamd.</summary>
    [Benchmark]
    public bool ReadAnswer() => new SpamdReplyParser(1024).Parse(Answer, isEnd: true, out SpamdReply? reply) == SpamdReplyStatus.Complete && reply!.IsSpam;

    public void Dispose()
    {
        _content?.Dispose();
        _harness.Dispose();
        GC.SuppressFinalize(this);
    }
}
