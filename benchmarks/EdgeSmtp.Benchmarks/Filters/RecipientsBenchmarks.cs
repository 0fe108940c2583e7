using System.Text;
using BenchmarkDotNet.Attributes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Recipients;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using EdgeSmtp.Toolkit.Cdb;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>A recipient in a cdb of 100,000, one that is in none, and one whose remote backend has answered before.</summary>
[MemoryDiagnoser]
public class RecipientsBenchmarks : IAsyncDisposable
{
    private const int Records = 100_000;

    private readonly TestSession _session = new() { RecipientsAreUnverified = true };
    private readonly string _folder = Directory.CreateTempSubdirectory("edgesmtp-bench-").FullName;
    private FilterHarness _file = null!;
    private FilterHarness _remote = null!;
    private TestTransaction _transaction = null!;
    private TestRecipient _known = null!;
    private TestRecipient _unknown = null!;

    [GlobalSetup]
    public void Setup()
    {
        string path = Path.Combine(_folder, "r.cdb");
        using (CdbWriter writer = new(path))
        {
            for (int i = 0; i < Records; i++)
            {
                writer.Add(Encoding.UTF8.GetBytes($":user{i}@example.com"), []);
            }

            writer.Commit();
        }

        _file = FilterHarness.Of(static filters => filters.AddRecipients(), new RecipientsFilterOptions { Lines = [$"example.com:{path}"] });
        _remote = FilterHarness.Of(
            static filters => filters.AddRecipients(),
            new RecipientsFilterOptions
            {
                Lines = ["*:corp"],
                Backends = new Dictionary<string, FilterPart<IRecipientBackend>>
                {
                    ["corp"] = FilterPart.Of<IRecipientBackend, EveryoneOptions>("Everyone", new EveryoneOptions(), static (_, _) => new Everyone()),
                },
            });
        _transaction = new TestTransaction(_session);
        _known = _transaction.Ask("user77777@example.com");
        _unknown = _transaction.Ask("nobody@example.com");
    }

    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        await ((RecipientsFilter)_file.Filter).DisposeAsync();
        await ((RecipientsFilter)_remote.Filter).DisposeAsync();
        _file.Dispose();
        _remote.Dispose();
        _session.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public VerdictKind KnownInCdb() => Ask(_file, _known);

    [Benchmark]
    public VerdictKind UnknownInCdb() => Ask(_file, _unknown);

    [Benchmark]
    public VerdictKind KnownInCache() => Ask(_remote, _known);

    private VerdictKind Ask(FilterHarness harness, TestRecipient recipient)
    {
        ValueTask<Verdict> verdict = ((IRcptFilter)harness.Filter).OnRcptAsync(_transaction, recipient, CancellationToken.None);
        return verdict.IsCompletedSuccessfully ? verdict.Result.Kind : throw new InvalidOperationException();
    }

    private sealed record EveryoneOptions : RecipientBackendOptions;

    private sealed class Everyone : IRecipientBackend
    {
        public ValueTask<RecipientAnswer> FindAsync(string address, CancellationToken cancellationToken) => ValueTask.FromResult(RecipientAnswer.Known);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
