using Microsoft.Data.Sqlite;

namespace EdgeSmtp.Tests.Filters.RecipientsSql;

/// <summary>A database file with a table <c>mailbox (address, disabled)</c>.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    public SqliteDatabase(bool wal = false)
    {
        Folder = Directory.CreateTempSubdirectory("es-sqlite-").FullName;
        Path = System.IO.Path.Combine(Folder, "mail.db");
        Write($"""
            PRAGMA journal_mode = {(wal ? "WAL" : "DELETE")};
            CREATE TABLE mailbox (address TEXT PRIMARY KEY, disabled);
            INSERT INTO mailbox VALUES ('alice@example.com', 0), ('bob@example.com', NULL), ('gone@example.com', 1), ('{"jos\u00e9@example.com"}', 'no'), ('odd@example.com', 'perhaps');
            """);
    }

    public string Folder { get; }

    public string Path { get; }

    /// <summary>Opens it as another program would that writes.</summary>
    public SqliteConnection Open()
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false, DefaultTimeout = 1 }.ConnectionString);
        connection.Open();
        return connection;
    }

    public void Write(string statements)
    {
        using SqliteConnection connection = Open();
        Run(connection, statements);
    }

    public static void Run(SqliteConnection connection, string statements)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements of the tests.
        command.CommandText = statements;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
