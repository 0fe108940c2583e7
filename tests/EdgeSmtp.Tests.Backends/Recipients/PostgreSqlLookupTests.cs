using EdgeSmtp.Filters.Recipients.Sql;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Toolkit.Recipients;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Recipients;

/// <summary>What a real database says of an address.</summary>
public sealed class PostgreSqlLookupTests(PostgreSqlServer servers) : IClassFixture<PostgreSqlServer>
{
    [Fact]
    public async Task Find_Row_SaysWhoIsThere()
    {
        PostgreSql server = await servers.AwakeAsync();
        await using PostgreSqlBackend backend = new(PostgreSqlServer.Options(server.Port));
        await backend.KnowsAsync("alice@example.test");
        await backend.KnowsAsync("bob@example.test");
        await backend.KnowsAsync(PostgreSql.Accented);
        await backend.DoesNotKnowAsync("nobody@example.test");
        Assert.Equal(new RecipientAnswer(RecipientAnswerKind.Unknown, "disabled"), await backend.FindAsync("gone@example.test"));
    }

    [Theory]
    [InlineData("' OR '1'='1")]
    [InlineData("alice@example.test' --")]
    [InlineData("x'; DROP TABLE mailbox; --@example.test")]
    [InlineData("%@example.test")]
    [InlineData("@address")]
    [InlineData("\\'@example.test")]
    public async Task Find_HostileAddress_IsUnknown(string address)
    {
        PostgreSql server = await servers.AwakeAsync();
        await using PostgreSqlBackend backend = new(PostgreSqlServer.Options(server.Port));
        await backend.DoesNotKnowAsync(address);
        await backend.KnowsAsync("alice@example.test");
    }

    [Fact]
    public async Task Find_LocalAndDomain_ArePassedToo()
    {
        PostgreSql server = await servers.AwakeAsync();
        await using PostgreSqlBackend backend = new(PostgreSqlServer.Options(server.Port) with { Query = "SELECT 1 FROM mailbox WHERE address = @local || '@' || @domain" });
        await backend.KnowsAsync("alice@example.test");
        await backend.DoesNotKnowAsync("alice@other.test");
    }

    [Theory]
    [InlineData("true", false)]
    [InlineData("false", true)]
    [InlineData("NULL", true)]
    [InlineData("0", true)]
    [InlineData("1::smallint", false)]
    [InlineData("5::bigint", false)]
    [InlineData("'no'", true)]
    [InlineData("'Yes'", false)]
    [InlineData("''::varchar", true)]
    public async Task Find_SecondColumn_SaysWhetherItIsDisabled(string column, bool known)
    {
        PostgreSql server = await servers.AwakeAsync();
        await using PostgreSqlBackend backend = new(PostgreSqlServer.Options(server.Port) with { Query = $"SELECT address, {column} FROM mailbox WHERE address = @address" });
        if (known)
            await backend.KnowsAsync("alice@example.test");
        else
            await backend.DoesNotKnowAsync("alice@example.test");
    }

    [Theory]
    [InlineData("SELECT 1, 'perhaps' FROM mailbox WHERE address = @address")]
    [InlineData("SELECT 1, now() FROM mailbox WHERE address = @address")]
    [InlineData("SELECT 1, 2, 3 FROM mailbox WHERE address = @address")]
    [InlineData("SELECT 1 FROM missing WHERE address = @address")]
    [InlineData("SELEKT @address")]
    [InlineData("SELECT 1 / (length(@address) - length(@address))")]
    [InlineData("DELETE FROM mailbox WHERE address = @address")]
    [InlineData("SET search_path = @address")]
    public async Task Find_ResultOfTheWrongShape_CannotTell(string query)
    {
        PostgreSql server = await servers.AwakeAsync();
        await using PostgreSqlBackend backend = new(PostgreSqlServer.Options(server.Port) with { Query = query });
        await backend.CannotTellAsync("alice@example.test");
        Assert.Equal("4", await server.PsqlAsync("mail", "SELECT count(*) FROM mailbox"));
    }

    [Fact]
    public async Task Find_UnixSocket_NeedsNoTls()
    {
        PostgreSql server = await servers.AwakeAsync();
        await using PostgreSqlBackend backend = new(PostgreSqlServer.Options(server.Port) with { Host = server.SocketFolder, Tls = PostgreSqlTls.VerifyFull });
        await backend.KnowsAsync("alice@example.test");
    }

    [Theory]
    [InlineData(PostgreSqlTls.VerifyFull, "127.0.0.1", true, true)]
    [InlineData(PostgreSqlTls.VerifyFull, "127.0.0.1", false, false)]
    [InlineData(PostgreSqlTls.VerifyFull, "localhost", true, false)]
    [InlineData(PostgreSqlTls.VerifyCa, "localhost", true, true)]
    [InlineData(PostgreSqlTls.VerifyCa, "localhost", false, false)]
    [InlineData(PostgreSqlTls.Require, "127.0.0.1", false, true)]
    [InlineData(PostgreSqlTls.Prefer, "127.0.0.1", false, true)]
    [InlineData(PostgreSqlTls.Disable, "127.0.0.1", false, false)]
    public async Task Find_DatabaseThatWantsTls_IsReachedAsTheModeSays(PostgreSqlTls tls, string host, bool withCa, bool works)
    {
        PostgreSql server = await servers.AwakeAsync();
        await using PostgreSqlBackend backend = new(PostgreSqlServer.Options(server.Port) with
        {
            Database = "secret",
            Host = host,
            Tls = tls,
            CaPath = withCa ? server.CaFile : null,
        });
        if (works)
            await backend.KnowsAsync("alice@example.test");
        else
            await backend.CannotTellAsync("alice@example.test");
    }

    [Fact]
    public async Task Find_ManyAtOnce_UsesNoMoreConnectionsThanAllowed()
    {
        PostgreSql server = await servers.AwakeAsync();
        await using PostgreSqlBackend backend = new(PostgreSqlServer.Options(server.Port) with { ConnectionsMax = 3 });
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async number =>
        {
            if (number % 2 == 0)
                await backend.KnowsAsync("alice@example.test");
            else
                await backend.DoesNotKnowAsync($"nobody{number}@example.test");
        }));
        Assert.Contains(await server.PsqlAsync("mail", "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'edgesmtp'"), new[] { "1", "2", "3" });
    }
}
