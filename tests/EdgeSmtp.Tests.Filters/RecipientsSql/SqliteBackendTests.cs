using EdgeSmtp.Filters.Recipients.Sql;
using EdgeSmtp.Toolkit.Recipients;
using Microsoft.Data.Sqlite;
using Xunit;

namespace EdgeSmtp.Tests.Filters.RecipientsSql;

public sealed class SqliteBackendTests
{
    private const string Query = "SELECT 1, disabled FROM mailbox WHERE address = @address";

    [Theory]
    [InlineData("alice@example.com", RecipientAnswerKind.Known)]
    [InlineData("bob@example.com", RecipientAnswerKind.Known)]
    [InlineData("jos\u00e9@example.com", RecipientAnswerKind.Known)]
    [InlineData("gone@example.com", RecipientAnswerKind.Unknown)]
    [InlineData("nobody@example.com", RecipientAnswerKind.Unknown)]
    [InlineData("odd@example.com", RecipientAnswerKind.TemporaryFailure)]
    [InlineData("' OR '1'='1", RecipientAnswerKind.Unknown)]
    [InlineData("alice@example.com' --", RecipientAnswerKind.Unknown)]
    [InlineData("'; DROP TABLE mailbox; --@example.com", RecipientAnswerKind.Unknown)]
    [InlineData("%@example.com", RecipientAnswerKind.Unknown)]
    [InlineData("alice@example.com\0", RecipientAnswerKind.Unknown)]
    public async Task Find_Address_IsAnsweredByTheRow(string address, RecipientAnswerKind kind)
    {
        using SqliteDatabase database = new();
        await using SqliteBackend backend = Make(database);
        Assert.Equal(kind, (await FindAsync(backend, address)).Kind);
        Assert.Equal(RecipientAnswer.Known, await FindAsync(backend, "alice@example.com"));
    }

    [Fact]
    public async Task Find_LocalAndDomain_ArePassedToo()
    {
        using SqliteDatabase database = new();
        await using SqliteBackend backend = Make(database, "SELECT 1 FROM mailbox WHERE address = @local || '@' || @domain");
        Assert.Equal(RecipientAnswer.Known, await FindAsync(backend, "alice@example.com"));
        Assert.Equal(RecipientAnswer.Unknown, await FindAsync(backend, "alice@example.org"));
    }

    [Theory]
    [InlineData("SELECT 1, 2, 3 FROM mailbox WHERE address = @address")]
    [InlineData("SELECT 1 FROM missing WHERE address = @address")]
    [InlineData("SELEKT @address")]
    [InlineData("DELETE FROM mailbox WHERE address = @address")]
    [InlineData("INSERT INTO mailbox VALUES (@address, 0) RETURNING 1")]
    [InlineData("SELECT 1 FROM mailbox WHERE address = @address AND disabled = @tenant")]
    public async Task Find_QueryThatDoesNotFit_CannotTellAndChangesNothing(string query)
    {
        using SqliteDatabase database = new();
        await using SqliteBackend backend = Make(database, query);
        AssertFailed(await FindAsync(backend, "alice@example.com"));
        await using SqliteBackend good = Make(database);
        Assert.Equal(RecipientAnswer.Known, await FindAsync(good, "alice@example.com"));
    }

    [Fact]
    public async Task Find_FileThatIsMissing_CannotTellUntilItIsThere()
    {
        using SqliteDatabase database = new();
        string away = database.Path + ".away";
        File.Move(database.Path, away);
        await using SqliteBackend backend = Make(database);
        AssertFailed(await FindAsync(backend, "alice@example.com"));
        Assert.False(File.Exists(database.Path));
        File.Move(away, database.Path);
        Assert.Equal(RecipientAnswer.Known, await FindAsync(backend, "alice@example.com"));
    }

    [Fact]
    public async Task Find_FileThatIsNoDatabase_CannotTell()
    {
        using SqliteDatabase database = new();
        File.WriteAllText(database.Path, string.Concat(Enumerable.Repeat("alice@example.com\n", 500)));
        await using SqliteBackend backend = Make(database);
        AssertFailed(await FindAsync(backend, "alice@example.com"));
    }

    [Fact]
    public async Task Find_FileThatIsTorn_CannotTell()
    {
        using SqliteDatabase database = new();
        database.Write("INSERT INTO mailbox SELECT 'u' || value || '@example.com', 0 FROM (WITH RECURSIVE c(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM c LIMIT 2000) SELECT value FROM c)");
        using (FileStream file = File.OpenWrite(database.Path))
        {
            file.SetLength(5_000);
        }

        await using SqliteBackend backend = Make(database);
        AssertFailed(await FindAsync(backend, "u1999@example.com"));
    }

    [Fact]
    public async Task Find_WriterHoldsTheLock_CannotTellUntilItIsGone()
    {
        using SqliteDatabase database = new();
        await using SqliteBackend backend = Make(database, timeout: TimeSpan.FromSeconds(1));
        Assert.Equal(RecipientAnswer.Known, await FindAsync(backend, "alice@example.com"));
        using (SqliteConnection writer = database.Open())
        {
            SqliteDatabase.Run(writer, "BEGIN EXCLUSIVE");
            RecipientAnswer answer = await FindAsync(backend, "alice@example.com");
            AssertFailed(answer);
            Assert.Contains("locked", answer.Detail, StringComparison.Ordinal);
            SqliteDatabase.Run(writer, "ROLLBACK");
        }

        Assert.Equal(RecipientAnswer.Known, await FindAsync(backend, "alice@example.com"));
    }

    [Fact]
    public async Task Find_WriterOfAWriteAheadLog_DoesNotDisturb()
    {
        using SqliteDatabase database = new(wal: true);
        await using SqliteBackend backend = Make(database);
        using SqliteConnection writer = database.Open();
        SqliteDatabase.Run(writer, "BEGIN IMMEDIATE; INSERT INTO mailbox VALUES ('new@example.com', 0)");
        Assert.Equal(RecipientAnswer.Known, await FindAsync(backend, "alice@example.com"));
        Assert.Equal(RecipientAnswer.Unknown, await FindAsync(backend, "new@example.com"));
        SqliteDatabase.Run(writer, "COMMIT");
        Assert.Equal(RecipientAnswer.Known, await FindAsync(backend, "new@example.com"));
    }

    [Fact]
    public async Task Find_FileReplacedByRename_ReadsTheNewOne()
    {
        using SqliteDatabase database = new();
        await using SqliteBackend backend = Make(database);
        Assert.Equal(RecipientAnswer.Unknown, await FindAsync(backend, "new@example.com"));
        string next = database.Path + ".next";
        File.Copy(database.Path, next);
        using (SqliteConnection writer = new($"Data Source={next};Pooling=False"))
        {
            writer.Open();
            SqliteDatabase.Run(writer, "INSERT INTO mailbox VALUES ('new@example.com', 0)");
        }

        // Whatever the clock of the file system does between two writes, this file is a younger one.
        File.SetLastWriteTimeUtc(next, File.GetLastWriteTimeUtc(database.Path).AddSeconds(1));
        File.Move(next, database.Path, overwrite: true);
        Assert.Equal(RecipientAnswer.Known, await FindAsync(backend, "new@example.com"));
    }

    [Fact]
    public async Task Find_QueryThatRunsAway_EndsWhenNobodyWaits()
    {
        using SqliteDatabase database = new();
        const string Endless = """
            SELECT 1 FROM mailbox WHERE address = @address AND @local <> 'endless'
            UNION ALL SELECT 1 WHERE @local = 'endless' AND (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c) < 0
            """;
        await using SqliteBackend backend = new(new SqliteBackendOptions { Path = database.Path, Query = Endless, ThreadsMax = 1 }, TimeProvider.System);
        Assert.Equal(RecipientAnswer.Known, await FindAsync(backend, "alice@example.com"));
        using CancellationTokenSource leaving = new();
        ValueTask<RecipientAnswer> asked = backend.FindAsync("endless@example.com", leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await asked);

        // The only thread is free again, or this would never end.
        Assert.Equal(RecipientAnswer.Known, await FindAsync(backend, "alice@example.com"));
    }

    [Fact]
    public async Task Find_ManyAtOnce_AnswersAll()
    {
        using SqliteDatabase database = new();
        await using SqliteBackend backend = Make(database);
        RecipientAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(number => FindAsync(backend, number % 2 == 0 ? "alice@example.com" : $"u{number}@example.com")));
        Assert.Equal(500, answers.Count(static answer => answer == RecipientAnswer.Known));
        Assert.Equal(500, answers.Count(static answer => answer == RecipientAnswer.Unknown));
    }

    [Fact]
    public async Task Dispose_AfterUse_LeavesNoDescriptor()
    {
        using SqliteDatabase database = new(wal: true);
        await using (SqliteBackend backend = Make(database))
        {
            Assert.Equal(RecipientAnswer.Known, await FindAsync(backend, "alice@example.com"));
            database.Write("INSERT INTO mailbox VALUES ('new@example.com', 0)");
            Assert.Equal(RecipientAnswer.Known, await FindAsync(backend, "new@example.com"));
            Assert.NotEqual(0, OpenIn(database.Folder));
        }

        Assert.Equal(0, OpenIn(database.Folder));
    }

    private static SqliteBackend Make(SqliteDatabase database, string query = Query, TimeSpan? timeout = null) =>
        new(new SqliteBackendOptions { Path = database.Path, Query = query, Timeout = timeout ?? TimeSpan.FromSeconds(5) }, TimeProvider.System);

    private static Task<RecipientAnswer> FindAsync(SqliteBackend backend, string address) => backend.FindAsync(address, CancellationToken.None).AsTask();

    private static void AssertFailed(RecipientAnswer answer)
    {
        Assert.Equal(RecipientAnswerKind.TemporaryFailure, answer.Kind);
        Assert.False(string.IsNullOrEmpty(answer.Detail));
    }

    private static int OpenIn(string folder) =>
        Directory.GetFiles("/proc/self/fd").Count(link => new FileInfo(link).LinkTarget?.StartsWith(folder, StringComparison.Ordinal) == true);
}
