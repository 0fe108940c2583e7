using System.Buffers;
using BenchmarkDotNet.Attributes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Script.Wire;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>What a question to a program costs us besides the program: writing the line, and reading the answer.</summary>
[MemoryDiagnoser]
public class ScriptBenchmarks
{
    private readonly ReadOnlySequence<byte> _plain = new("""{"id":7}"""u8.ToArray());
    private readonly ReadOnlySequence<byte> _refusal = new("""{"id":7,"verdict":"reject","code":550,"enhanced":"5.1.6","text":"This person has left us"}"""u8.ToArray());
    private ScriptQuestion _question = null!;

    [GlobalSetup]
    public void Setup()
    {
        TestTransaction transaction = new(new TestSession { HelloText = "client.example.test" }, "sender@example.org");
        _question = new ScriptQuestion(ScriptStages.Rcpt, transaction.Session, transaction, transaction.AddRecipient("old@example.test"), null, [], "pass");
    }

    [Benchmark]
    public int WriteQuestion() => _question.Write(7).Length;

    [Benchmark]
    public VerdictKind ReadAnswer() => ScriptAnswer.Read(_plain).Verdict.Kind;

    [Benchmark]
    public VerdictKind ReadRefusal() => ScriptAnswer.Read(_refusal).Verdict.Kind;
}
