using EdgeSmtp.Filters.Recipients.Sql;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Toolkit.Recipients;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Recipients;

/// <summary>A database that is down, silent or mad, or does not want us: never "unknown".</summary>
[Collection<Alone>]
public sealed class PostgreSqlFailureTests(PostgreSqlServer servers) : IClassFixture<PostgreSqlServer>
{
    [Fact]
    public async Task Find_WrongPassword_CannotTellAndKeepsItToItself()
    {
        PostgreSql server = await servers.AwakeAsync();
        await using PostgreSqlBackend backend = new(PostgreSqlServer.Options(server.Port) with { Password = "not the password" });
        string why = await backend.CannotTellAsync("alice@example.test");
        Assert.Contains("28P01", why, StringComparison.Ordinal);
        Assert.DoesNotContain("not the password", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_PasswordFileThatIsMended_WorksWithoutAReload()
    {
        PostgreSql server = await servers.AwakeAsync();
        using TempFolder folder = new();
        string file = folder.Write("password", "wrong\n");
        await using PostgreSqlBackend backend = new(PostgreSqlServer.Options(server.Port) with { Password = null, PasswordPath = file });
        await backend.CannotTellAsync("alice@example.test");
        File.WriteAllText(file, PostgreSql.Password + "\n");
        await backend.KnowsAsync("alice@example.test");
    }

    [Fact]
    public async Task Find_ServerDownAtStart_IsFoundWhenItComesUp()
    {
        PostgreSql server = await servers.AwakeAsync();
        await server.KillAsync();
        await using PostgreSqlBackend backend = new(PostgreSqlServer.Options(server.Port));
        await backend.CannotTellAsync("alice@example.test");
        await server.StartAgainAsync();
        await backend.KnowsAsync("alice@example.test");
    }

    [Fact]
    public async Task Find_ServerKilledAndRestarted_ReconnectsUnnoticed()
    {
        PostgreSql server = await servers.AwakeAsync();
        await using PostgreSqlBackend backend = new(PostgreSqlServer.Options(server.Port));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => backend.KnowsAsync("alice@example.test")));
        await server.KillAsync();
        await backend.CannotTellAsync("alice@example.test");
        await server.StartAgainAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => backend.KnowsAsync("alice@example.test")));
        await server.KillAsync();
        await server.StartAgainAsync();
        await backend.DoesNotKnowAsync("nobody@example.test");
    }

    [Fact]
    public async Task Find_AdministratorEndsConnections_ReconnectsUnnoticed()
    {
        PostgreSql server = await servers.AwakeAsync();
        await using PostgreSqlBackend backend = new(PostgreSqlServer.Options(server.Port));
        await backend.KnowsAsync("alice@example.test");
        await server.PsqlAsync("mail", "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'edgesmtp'");
        await backend.KnowsAsync("alice@example.test");
    }

    [Fact]
    public async Task Find_ServerFrozen_CallerLeavesAtOnceAndItWorksAfterwards()
    {
        PostgreSql server = await servers.AwakeAsync();
        await using PostgreSqlBackend backend = new(PostgreSqlServer.Options(server.Port) with { ConnectionsMax = 2 });
        await backend.KnowsAsync("alice@example.test");
        server.Freeze();
        using CancellationTokenSource leaving = new();
        ValueTask<RecipientAnswer>[] asked = [.. Enumerable.Range(0, 5).Select(_ => backend.FindAsync("alice@example.test", leaving.Token))];
        await leaving.CancelAsync();
        foreach (ValueTask<RecipientAnswer> one in asked)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await one);
        await backend.CannotTellAsync("alice@example.test", TimeSpan.FromMilliseconds(300));
        server.Thaw();
        await backend.KnowsAsync("alice@example.test");
    }

    [Fact]
    public async Task Find_QueryThatRunsAway_IsEndedByTheServerToo()
    {
        PostgreSql server = await servers.AwakeAsync();
        await using PostgreSqlBackend backend = new(PostgreSqlServer.Options(server.Port) with
        {
            Timeout = TimeSpan.FromMilliseconds(300),
            Query = "SELECT 1 FROM mailbox, pg_sleep(600) WHERE address = @address",
        });
        await backend.CannotTellAsync("alice@example.test", TimeSpan.FromMilliseconds(300));
        await Until.TrueAsync(
            async () => await server.PsqlAsync("mail", "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()") == "0",
            Until.Soon, static () => "the query still runs");
    }

    public static TheoryData<string, byte[]> Junk => new()
    {
        { "HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray() },
        { "zeros", new byte[64] },
        { "an endless message", [(byte)'R', 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0] },
        { "a negative length", [(byte)'R', 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0] },
        { "half a message", [(byte)'R', 0, 0, 0, 8, 0] },
        { "an answer that comes too early", [(byte)'C', 0, 0, 0, 13, .. "SELECT 0\0"u8] },
        { "nothing", [] },
    };

    [Theory]
    [MemberData(nameof(Junk))]
    public async Task Find_JunkInsteadOfPostgreSql_CannotTell(string what, byte[] junk)
    {
        await using FakeServer server = FakeServer.Saying(junk);
        foreach (PostgreSqlTls tls in new[] { PostgreSqlTls.Disable, PostgreSqlTls.Prefer, PostgreSqlTls.Require })
        {
            await using PostgreSqlBackend backend = new(PostgreSqlServer.Options(server.Port) with { Tls = tls, Timeout = TimeSpan.FromSeconds(1) });
            Assert.True((await backend.CannotTellAsync("alice@example.test", TimeSpan.FromSeconds(5))).Length > 0, what);
        }
    }

    [Fact]
    public async Task Find_SilentServer_CannotTell()
    {
        await using FakeServer server = FakeServer.Silent();
        int before = Descriptors.Sockets;
        await using (PostgreSqlBackend backend = new(PostgreSqlServer.Options(server.Port) with { Tls = PostgreSqlTls.VerifyFull }))
        {
            await backend.CannotTellAsync("alice@example.test", TimeSpan.FromMilliseconds(300));
        }

        // The other end of the connection belongs to this process, too, and goes when ours has gone.
        await Until.TrueAsync(() => Descriptors.Sockets <= before + 1, Until.Soon, () => $"{Descriptors.Sockets} sockets, {before} before");
    }

    [Fact]
    public async Task Find_ServerComesAndGoes_LeavesNoDescriptor()
    {
        PostgreSql server = await servers.AwakeAsync();
        int before = Descriptors.Sockets;
        await using (PostgreSqlBackend good = new(PostgreSqlServer.Options(server.Port)))
        await using (PostgreSqlBackend bad = new(PostgreSqlServer.Options(server.Port) with { Password = "wrong" }))
        {
            for (int round = 0; round < 2; round++)
            {
                await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
                {
                    await good.KnowsAsync("alice@example.test");
                    await bad.CannotTellAsync("alice@example.test");
                }));
                await server.KillAsync();
                await good.CannotTellAsync("alice@example.test");
                await server.StartAgainAsync();
            }
        }

        await Until.TrueAsync(() => Descriptors.Sockets == before, Until.Soon, () => $"{Descriptors.Sockets} sockets, {before} before");
    }
}
