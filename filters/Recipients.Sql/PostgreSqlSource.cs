using System.Globalization;
using Npgsql;

namespace EdgeSmtp.Filters.Recipients.Sql;

/// <summary>Makes the pool of connections.</summary>
internal static class PostgreSqlSource
{
    private const int NoCancelRequest = -1;

    public static NpgsqlDataSource Of(PostgreSqlBackendOptions options)
    {
        int seconds = Math.Max(1, (int)Math.Ceiling(options.Timeout.TotalSeconds));
        NpgsqlSlimDataSourceBuilder builder = new();
        NpgsqlConnectionStringBuilder connection = builder.ConnectionStringBuilder;
        connection.Host = options.Host;
        connection.Port = options.Port;
        connection.Database = options.Database;
        connection.Username = options.User;
        connection.Password = options.Password;
        connection.ApplicationName = "edgesmtp";
        connection.MaxPoolSize = options.ConnectionsMax;
        connection.Timeout = seconds;
        connection.CommandTimeout = seconds;

        // A cancel request would be a second, blocking connection to a server that may be the one that hangs. The connection is dropped instead, and the server
        // ends the query by its statement_timeout.
        connection.CancellationTimeout = NoCancelRequest;
        connection.GssEncryptionMode = GssEncryptionMode.Disable;
        connection.SslMode = SslModeOf(options);
        connection.RootCertificate = options.CaPath;
        builder.EnableTransportSecurity();
        builder.ConfigureTypeLoading(static types => types.EnableTypeLoading(false));
        if (options.PasswordPath is { } path)
        {
            builder.UsePasswordProvider(_ => Password(File.ReadAllText(path), path), async (_, token) => Password(await File.ReadAllTextAsync(path, token).ConfigureAwait(false), path));
        }

        string limit = string.Create(CultureInfo.InvariantCulture, $"SET statement_timeout = {(long)Math.Ceiling(options.Timeout.TotalMilliseconds)}");
        builder.UsePhysicalConnectionInitializer(
            fresh => Run(fresh, limit),
            fresh => RunAsync(fresh, limit));
        return builder.Build();
    }

    private static SslMode SslModeOf(PostgreSqlBackendOptions options) => options.Host.StartsWith('/')
        ? SslMode.Disable
        : options.Tls switch
        {
            PostgreSqlTls.VerifyFull => SslMode.VerifyFull,
            PostgreSqlTls.VerifyCa => SslMode.VerifyCA,
            PostgreSqlTls.Require => SslMode.Require,
            PostgreSqlTls.Prefer => SslMode.Prefer,
            _ => SslMode.Disable,
        };

    private static string Password(string text, string path)
    {
        int end = text.AsSpan().IndexOfAny('\r', '\n');
        string line = end < 0 ? text : text[..end];
        return line.Length > 0 ? line : throw new IOException($"{path} holds no password");
    }

#pragma warning disable CA2100 // A number of ours.
    private static void Run(NpgsqlConnection fresh, string limit)
    {
        using NpgsqlCommand command = new(limit, fresh);
        command.ExecuteNonQuery();
    }

    private static async Task RunAsync(NpgsqlConnection fresh, string limit)
    {
        await using NpgsqlCommand command = new(limit, fresh);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }
#pragma warning restore CA2100
}
