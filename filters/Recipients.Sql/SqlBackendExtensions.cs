using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Filters.Recipients.Sql;

/// <summary>Registers <see cref="SqliteBackend"/> and <see cref="PostgreSqlBackend"/>.</summary>
public static class SqlBackendExtensions
{
    /// <summary>Makes <c>"Type": "Sqlite"</c> and <c>"Type": "PostgreSql"</c> known among the backends of the Recipients filter. A driver is loaded when it is configured.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddSqlRecipients(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        return filters
            .AddRecipientBackend<SqliteBackendOptions>("Sqlite", static (options, context) => new SqliteBackend(options, context.Time))
            .AddRecipientBackend<PostgreSqlBackendOptions>("PostgreSql", static (options, _) => new PostgreSqlBackend(options));
    }
}
