using BenchmarkDotNet.Attributes;
using EdgeSmtp.Filters.Recipients.Sql;
using EdgeSmtp.Toolkit.Recipients;
using Microsoft.Data.Sqlite;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>
/// Look-ups of the SQLite backend without cache: an address that is there and one that is not. It shows what the hand-over to a thread of its own costs; of LDAP and
/// PostgreSQL the server would be measured.
/// </summary>
[MemoryDiagnoser]
[BenchmarkCategory(AllocationMeter.SkippedCategory)]
public class RecipientDirectoriesBenchmarks : IAsyncDisposable
{
    private const int Mailboxes = 10_000;

    private string _folder = null!;
    private SqliteBackend _backend = null!;

    [GlobalSetup]
    public void Setup()
    {
        _folder = Directory.CreateTempSubdirectory("es-bench-").FullName;
        string path = Path.Combine(_folder, "mail.db");
        using (SqliteConnection connection = new($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = $"""
                CREATE TABLE mailbox (address TEXT PRIMARY KEY) WITHOUT ROWID;
                INSERT INTO mailbox WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT {Mailboxes}) SELECT 'u' || n || '@example.com' FROM c;
                """;
            command.ExecuteNonQuery();
        }

        _backend = new SqliteBackend(new SqliteBackendOptions { Path = path, Query = "SELECT 1 FROM mailbox WHERE address = @address" }, TimeProvider.System);
    }

    [Benchmark(Baseline = true)]
    public async Task<RecipientAnswer> Known() => await _backend.FindAsync("u5000@example.com", CancellationToken.None);

    [Benchmark]
    public async Task<RecipientAnswer> Unknown() => await _backend.FindAsync("nobody@example.com", CancellationToken.None);

    [GlobalCleanup]
    public Task CleanupAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await _backend.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
