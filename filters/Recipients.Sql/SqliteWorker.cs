using EdgeSmtp.Toolkit.Files;
using EdgeSmtp.Toolkit.Recipients;
using EdgeSmtp.Toolkit.Threads;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EdgeSmtp.Filters.Recipients.Sql;

/// <summary>One thread with one connection to the file. SQLite knows no asynchronous call.</summary>
internal sealed class SqliteWorker(string path, string query, int lockSeconds) : IBlockingWorker<string, RecipientAnswer>
{
    private const int InstructionsBetweenLooks = 1_000;
    private const int Busy = 5;
    private const int Locked = 6;

    private SqliteConnection? _connection;
    private SqliteCommand? _command;
    private FileStamp _stamp;
    private CancellationToken _current;

    public RecipientAnswer Answer(string question, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _current = cancellationToken;
        try
        {
            return Ask(Command(), question);
        }
        catch (SqliteException error)
        {
            // What was interrupted was so because nobody waits.
            cancellationToken.ThrowIfCancellationRequested();
            if (error.SqliteErrorCode is Busy or Locked)
            {
                return RecipientAnswer.TemporaryFailure("the database is locked");
            }

            Close();
            return RecipientAnswer.TemporaryFailure(error.Message);
        }
        catch (InvalidOperationException error)
        {
            // A parameter in the query that nobody gives.
            return RecipientAnswer.TemporaryFailure(error.Message);
        }
    }

    public void Dispose() => Close();

    private static RecipientAnswer Ask(SqliteCommand command, string address)
    {
        (string local, string domain) = SqlQuery.Split(address);
        command.Parameters[0].Value = address;
        command.Parameters[1].Value = local;
        command.Parameters[2].Value = domain;
        using SqliteDataReader reader = command.ExecuteReader();
        if (SqlAnswer.FaultOf(reader.FieldCount) is { } fault)
        {
            return RecipientAnswer.TemporaryFailure(fault);
        }

        return reader.Read() ? SqlAnswer.OfRow(reader) : RecipientAnswer.Unknown;
    }

    private SqliteCommand Command()
    {
        // A file that was renamed into place is another one, while the connection holds the old one. One that a writer changed is merely opened again.
        FileStamp stamp = FileStamp.Of(path);
        if (_command is not null && stamp == _stamp)
        {
            return _command;
        }

        Close();
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
            DefaultTimeout = lockSeconds,
        }.ConnectionString);
        _connection.Open();

        // A query that runs away ends when nobody waits for it any more.
        raw.sqlite3_progress_handler(_connection.Handle, InstructionsBetweenLooks, static me => ((SqliteWorker)me)._current.IsCancellationRequested ? 1 : 0, this);
        _command = _connection.CreateCommand();
#pragma warning disable CA2100 // The query is the operator's; addresses are parameters.
        _command.CommandText = query;
#pragma warning restore CA2100
        _command.Parameters.Add($"@{SqlQuery.Address}", SqliteType.Text);
        _command.Parameters.Add($"@{SqlQuery.Local}", SqliteType.Text);
        _command.Parameters.Add($"@{SqlQuery.Domain}", SqliteType.Text);
        _stamp = stamp;
        return _command;
    }

    private void Close()
    {
        _command?.Dispose();
        _command = null;
        _connection?.Dispose();
        _connection = null;
    }
}
