using System.Data;
using EdgeSmtp.Toolkit.Lookups;
using EdgeSmtp.Toolkit.Recipients;
using Npgsql;
using NpgsqlTypes;

namespace EdgeSmtp.Filters.Recipients.Sql;

/// <summary>Recipients in a PostgreSQL database: an address is known when a query gives a row.</summary>
public sealed class PostgreSqlBackend : IRecipientBackend
{
    private readonly NpgsqlDataSource _source;
    private readonly string _query;

    /// <summary>Makes the backend; connects to nothing.</summary>
    /// <param name="options">Valid options.</param>
    public PostgreSqlBackend(PostgreSqlBackendOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _query = options.Query;
        _source = PostgreSqlSource.Of(options);
    }

    /// <inheritdoc />
    public async ValueTask<RecipientAnswer> FindAsync(string address, CancellationToken cancellationToken)
    {
        // Whoever stops waiting is gone at once, whatever the driver still has to tidy up.
        Task<RecipientAnswer> asked = AskAsync(address, cancellationToken);
        try
        {
            return await asked.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            PendingLookup.Forget(asked);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<RecipientAnswer> AskAsync(string address, CancellationToken cancellationToken)
    {
        for (bool isFirst = true; ; isFirst = false)
        {
            try
            {
                return await AskOnceAsync(address, cancellationToken).ConfigureAwait(false);
            }
            catch (NpgsqlException error) when (isFirst && IsLostConnection(error))
            {
                // The server closed what the pool kept, when it was restarted perhaps: then all of it is closed.
                _source.Clear();
            }
            catch (NpgsqlException error)
            {
                return RecipientAnswer.TemporaryFailure(Describe(error));
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // The driver throws all kinds of things at what is not PostgreSQL; and the file of the password may be gone.
                return RecipientAnswer.TemporaryFailure($"{error.GetType().Name}: {error.Message}");
            }
        }
    }

    private async Task<RecipientAnswer> AskOnceAsync(string address, CancellationToken cancellationToken)
    {
        (string local, string domain) = SqlQuery.Split(address);
        await using NpgsqlCommand command = _source.CreateCommand(_query);
        command.Parameters.Add(SqlQuery.Address, NpgsqlDbType.Text).Value = address;
        command.Parameters.Add(SqlQuery.Local, NpgsqlDbType.Text).Value = local;
        command.Parameters.Add(SqlQuery.Domain, NpgsqlDbType.Text).Value = domain;
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken).ConfigureAwait(false);
        if (SqlAnswer.FaultOf(reader.FieldCount) is { } fault)
        {
            return RecipientAnswer.TemporaryFailure(fault);
        }

        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? SqlAnswer.OfRow(reader) : RecipientAnswer.Unknown;
    }

    // 57P01: the administrator ends the connection; otherwise the stream broke. A server that refuses connections is asked once more as well, which costs nothing.
    private static bool IsLostConnection(NpgsqlException error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.AdminShutdown } or { InnerException: IOException or System.Net.Sockets.SocketException };

    private static string Describe(NpgsqlException error) =>
        error is PostgresException { SqlState: var state, MessageText: var text } ? $"{text} ({state})" : error.InnerException?.Message ?? error.Message;
}
