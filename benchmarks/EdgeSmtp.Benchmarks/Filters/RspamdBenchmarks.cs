using System.Text;
using BenchmarkDotNet.Attributes;
using EdgeSmtp.Filters.Rspamd;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>What the filter costs beside rspamd: the reading of an answer.</summary>
[MemoryDiagnoser]
public class RspamdBenchmarks
{
    private static readonly byte[] Answer = Encoding.UTF8.GetBytes(
        """
        {"is_skipped":false,"score":5.5,"required_score":15.0,"action":"add header","symbols":{"MISSING_MID":{"name":"MISSING_MID","score":2.5,"metric_score":2.5},
        "R_DKIM_NA":{"name":"R_DKIM_NA","score":0.0},"MISSING_TO":{"name":"MISSING_TO","score":2.0}},"messages":{},"message-id":"undef","time_real":0.002,
        "milter":{"remove_headers":{"X-Spam":0},"add_headers":{"X-Spamd-Result":{"order":-1,"value":"default: False [5.50 / 15.00];\r\n\tMISSING_MID(2.50)[]"}}}}
        """);

    /// <summary>The answer of rspamd.</summary>
    [Benchmark]
    public bool ReadAnswer() => ReplyReader.Read(Answer) is { IsSpam: true };
}
