using System.Runtime.Loader;
using BenchmarkDotNet.Attributes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Server.PlugIns;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>Five filters at RCPT under the driver: those of the program, and the same code in load contexts of plug-ins.</summary>
[MemoryDiagnoser]
public class PlugInBenchmarks : IDisposable
{
    private const int Filters = 5;

    private readonly List<AssemblyLoadContext> _contexts = [];
    private PipelineHarness _harness = null!;
    private TestSession _session = null!;
    private FilterRun _run = null!;
    private TestTransaction _transaction = null!;
    private TestRecipient _recipient = null!;

    /// <summary>Where the filters come from.</summary>
    [Params("program", "plug-ins")]
    public string From { get; set; } = "program";

    [GlobalSetup]
    public void Setup()
    {
        _harness = NewHarness();
        _session = NewSession();
        for (int i = 0; i < Filters; i++)
        {
            _harness.Add($"f{i}", From == "program" ? new TrivialFilter() : Foreign());
        }

        _run = _harness.Build().Begin(_session, RejectAt.Recipient);
        _transaction = new TestTransaction(_session);
        _recipient = _transaction.Ask("user@example.test");
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _harness.Dispose();
        _session.Dispose();
        _contexts.ForEach(static context => context.Unload());
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public ValueTask<Verdict> Rcpt() => _run.RcptAsync(_transaction, _recipient);

    private static PipelineHarness NewHarness() => new();

    private static TestSession NewSession() => new();

    /// <summary>This very assembly once more, as the main assembly of a plug-in: the contract is shared, the filter is not.</summary>
    private IFilter Foreign()
    {
        PlugInContext context = new("benchmark", typeof(TrivialFilter).Assembly.Location);
        _contexts.Add(context);
        Type type = context.LoadMain().GetType(typeof(TrivialFilter).FullName!)!;
        return type == typeof(TrivialFilter) ? throw new InvalidOperationException("The filter was not loaded apart.") : (IFilter)Activator.CreateInstance(type)!;
    }

    /// <summary>Looks at the recipient and has no opinion.</summary>
    public sealed class TrivialFilter : IRcptFilter
    {
        public static readonly FilterReason Refused = new(VerdictKind.Reject, "refused", 550, "5.7.1", "No");

        public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken) =>
            recipient.ForwardPath.DomainALabel.Length == 0 ? Verdict.From(Refused) : Verdict.Continue;
    }
}
