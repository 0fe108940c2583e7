using EdgeSmtp.Filters.Recipients.Sql;
using Xunit;

namespace EdgeSmtp.Tests.Filters.RecipientsSql;

public sealed class SqlBackendOptionsTests
{
    private const string Query = "SELECT 1 FROM mailbox WHERE address = @address";

    private static readonly SqliteBackendOptions Sqlite = new() { Path = "/var/lib/mail.db", Query = Query };

    private static readonly PostgreSqlBackendOptions PostgreSql = new() { Host = "db.example.com", Database = "mail", User = "edge", Query = Query };

    public static TheoryData<string, bool> Cases => [.. Options().Select(static option => (option.Name, option.Valid))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Validate_Options_AreTakenOrNot(string name, bool valid) =>
        Assert.Equal(valid, OptionsOf.AreValid(Options().Single(option => option.Name == name).Value));

    [Theory]
    [InlineData("SELECT 1 FROM m WHERE a = @address", true)]
    [InlineData("SELECT 1 FROM m WHERE l=@local AND d=@domain", true)]
    [InlineData("SELECT 1 FROM m WHERE a = 'x'", false)]
    [InlineData("SELECT 1 FROM m WHERE a = @addresses", false)]
    [InlineData("SELECT 1 FROM m WHERE a = @@address", false)]
    [InlineData("SELECT 1 FROM m WHERE a = 'a@address'", false)]
    public void UsesAddress_Query_MustAskForIt(string query, bool uses) => Assert.Equal(uses, OptionsOf.AreValid(Sqlite with { Query = query }));

    [Fact]
    public void ToString_Options_TellsNoPassword() =>
        Assert.DoesNotContain("hunter2", (PostgreSql with { Password = "hunter2" }).ToString(), StringComparison.Ordinal);

    private static IEnumerable<(string Name, bool Valid, object Value)> Options() =>
    [
        ("the least of SQLite", true, Sqlite),
        ("no path", false, Sqlite with { Path = "" }),
        ("no query", false, Sqlite with { Query = "" }),
        ("no thread", false, Sqlite with { ThreadsMax = 0 }),
        ("16 threads", true, Sqlite with { ThreadsMax = 16 }),
        ("17 threads", false, Sqlite with { ThreadsMax = 17 }),
        ("the least of PostgreSQL", true, PostgreSql),
        ("no host", false, PostgreSql with { Host = "" }),
        ("two hosts", false, PostgreSql with { Host = "a,b" }),
        ("no database", false, PostgreSql with { Database = "" }),
        ("no user", false, PostgreSql with { User = "" }),
        ("port 0", false, PostgreSql with { Port = 0 }),
        ("port 65535", true, PostgreSql with { Port = 65535 }),
        ("port 65536", false, PostgreSql with { Port = 65536 }),
        ("no query of PostgreSQL", false, PostgreSql with { Query = "SELECT 1" }),
        ("two passwords", false, PostgreSql with { Password = "x", PasswordPath = "/run/secrets/sql" }),
        ("no connection", false, PostgreSql with { ConnectionsMax = 0 }),
        ("100 connections", true, PostgreSql with { ConnectionsMax = 100 }),
        ("101 connections", false, PostgreSql with { ConnectionsMax = 101 }),
    ];
}
