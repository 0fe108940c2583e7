using EdgeSmtp.Filters.Recipients.Sql;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Recipients;

/// <summary>One server for the tests of a class: making one takes seconds. A test that leaves it dead or frozen leaves it so for nobody.</summary>
public sealed class PostgreSqlServer : IAsyncLifetime
{
    private PostgreSql? _server;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    /// <summary>The server, up and awake; skips the test where there is none.</summary>
    internal async Task<PostgreSql> AwakeAsync()
    {
        PostgreSql.Need();
        _server ??= await PostgreSql.StartAsync();
        await _server.WakeAsync();
        return _server;
    }

    internal static PostgreSqlBackendOptions Options(int port) => new()
    {
        Host = "127.0.0.1",
        Port = port,
        Database = "mail",
        User = PostgreSql.User,
        Password = PostgreSql.Password,
        Tls = PostgreSqlTls.Disable,
        Query = "SELECT 1, disabled FROM mailbox WHERE address = @address",
    };
}
