using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Microsoft.Data.Sqlite;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Recipients;

/// <summary>The built program before a real slapd, a real PostgreSQL and a SQLite file, each with a domain of its own.</summary>
public sealed class DirectoriesTests(PostgreSqlServer databases) : IClassFixture<PostgreSqlServer>
{
    // Accounts of the fixtures are known as user@example.test, whatever the domain is.
    private const string LdapDomain = "example.test";
    private const string PostgreSqlDomain = "database.test";
    private const string SqliteDomain = "table.test";

    // Nothing that answers is to be late on a busy machine; what is frozen is waited for so long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Impatience = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Rcpt_EachDomain_IsAnsweredByItsBackend()
    {
        await using Slapd directory = await Slapd.StartAsync();
        PostgreSql database = await databases.AwakeAsync();
        await using EdgeServer edge = await StartAsync(directory, database);
        foreach (string domain in new[] { LdapDomain, PostgreSqlDomain, SqliteDomain })
        {
            Assert.Equal(250, await RcptAsync(edge, $"alice@{domain}"));
            Assert.Equal(250, await RcptAsync(edge, $"Alice+tag@{domain}"));
            Assert.Equal(550, await RcptAsync(edge, $"nobody@{domain}"));
            Assert.Equal(550, await RcptAsync(edge, $"*@{domain}"));
            Assert.Equal(550, await RcptAsync(edge, $"'||'alice@{domain}"));
            Assert.Equal(250, await RcptAsync(edge, $"postmaster@{domain}"));
        }

        Assert.Equal(550, await RcptAsync(edge, $"gone@{PostgreSqlDomain}"));
    }

    [Fact]
    public async Task Rcpt_DirectoryDies_ItsDomainWaitsAndOthersDoNot()
    {
        await using Slapd directory = await Slapd.StartAsync();
        PostgreSql database = await databases.AwakeAsync();
        await using EdgeServer edge = await StartAsync(directory, database);
        Assert.Equal(250, await RcptAsync(edge, $"alice@{LdapDomain}"));
        await directory.KillAsync();
        Assert.Equal(451, await RcptAsync(edge, $"bob@{LdapDomain}"));
        Assert.Equal(451, await RcptAsync(edge, $"nobody@{LdapDomain}"));
        Assert.Equal(250, await RcptAsync(edge, $"alice@{LdapDomain}"));
        Assert.Equal(250, await RcptAsync(edge, $"alice@{SqliteDomain}"));
        Assert.Equal(250, await RcptAsync(edge, $"alice@{PostgreSqlDomain}"));
        await directory.StartAgainAsync();
        Assert.Equal(250, await RcptAsync(edge, $"bob@{LdapDomain}"));
        Assert.Equal(550, await RcptAsync(edge, $"nobody@{LdapDomain}"));
        Assert.True(await edge.MetricAsync("edgesmtp_filter_part_events_total", "part=\"directory\",event=\"failed\"") >= 2);
    }

    [Fact]
    public async Task Rcpt_ServersFreeze_TheirDomainsWaitAndOthersDoNot()
    {
        await using Slapd directory = await Slapd.StartAsync();
        PostgreSql database = await databases.AwakeAsync();
        await using EdgeServer edge = await StartAsync(directory, database, Impatience);
        Assert.Equal(550, await RcptAsync(edge, $"x@{LdapDomain}"));
        Assert.Equal(550, await RcptAsync(edge, $"x@{PostgreSqlDomain}"));
        directory.Freeze();
        database.Freeze();
        Assert.Equal(451, await RcptAsync(edge, $"alice@{LdapDomain}"));
        Assert.Equal(451, await RcptAsync(edge, $"alice@{PostgreSqlDomain}"));
        Assert.Equal(250, await RcptAsync(edge, $"alice@{SqliteDomain}"));
        directory.Thaw();
        database.Thaw();
        Assert.Equal(250, await RcptAsync(edge, $"alice@{LdapDomain}"));
        Assert.Equal(250, await RcptAsync(edge, $"alice@{PostgreSqlDomain}"));
    }

    [Fact]
    public async Task Start_BackendsDown_ServesEverybodyElse()
    {
        await using Slapd directory = await Slapd.MakeAsync();
        PostgreSql database = await databases.AwakeAsync();
        await database.KillAsync();
        await using EdgeServer edge = await StartAsync(directory, database);
        Assert.Equal(451, await RcptAsync(edge, $"alice@{LdapDomain}"));
        Assert.Equal(451, await RcptAsync(edge, $"alice@{PostgreSqlDomain}"));
        Assert.Equal(250, await RcptAsync(edge, $"alice@{SqliteDomain}"));
        await directory.StartAgainAsync();
        await database.StartAgainAsync();
        Assert.Equal(250, await RcptAsync(edge, $"alice@{LdapDomain}"));
        Assert.Equal(250, await RcptAsync(edge, $"alice@{PostgreSqlDomain}"));
    }

    [Fact]
    public async Task Start_Driver_IsLoadedOnlyWhenItIsConfigured()
    {
        await using (EdgeServer plain = await EdgeServer.StartAsync())
        {
            string files = await File.ReadAllTextAsync($"/proc/{plain.Process.Id}/maps");
            Assert.DoesNotContain("Npgsql", files, StringComparison.Ordinal);
            Assert.DoesNotContain("sqlite", files, StringComparison.OrdinalIgnoreCase);
        }

        await using Slapd directory = await Slapd.MakeAsync();
        await using EdgeServer edge = await StartAsync(directory, null);
        Assert.Equal(250, await RcptAsync(edge, $"alice@{SqliteDomain}"));
        string loaded = await File.ReadAllTextAsync($"/proc/{edge.Process.Id}/maps");
        Assert.Contains("Microsoft.Data.Sqlite", loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("Npgsql", loaded, StringComparison.Ordinal);
    }

    private static Task<EdgeServer> StartAsync(Slapd directory, PostgreSql? database, TimeSpan? timeout = null) => EdgeServer.StartAsync(settings =>
    {
        JsonObject backends = new()
        {
            ["directory"] = new JsonObject
            {
                ["Type"] = "Ldap",
                ["Servers"] = new JsonArray($"127.0.0.1:{directory.Port}"),
                ["Tls"] = "None",
                ["BaseDn"] = Slapd.People,
                ["BindDn"] = Slapd.ReaderDn,
                ["Password"] = Slapd.ReaderPassword,
                ["Timeout"] = $"{timeout ?? Patience:c}",
                ["BreakerFailures"] = 100,
            },
            ["table"] = new JsonObject { ["Type"] = "Sqlite", ["Path"] = Table(settings.Folder), ["Query"] = "SELECT 1 FROM mailbox WHERE address = @local" },
        };
        JsonArray lines = new($"{LdapDomain}:directory", $"{SqliteDomain}:table");
        List<string> domains = [LdapDomain, SqliteDomain];
        if (database is not null)
        {
            backends["database"] = new JsonObject
            {
                ["Type"] = "PostgreSql",
                ["Host"] = "127.0.0.1",
                ["Port"] = database.Port,
                ["Database"] = "mail",
                ["User"] = PostgreSql.User,
                ["Password"] = PostgreSql.Password,
                ["Tls"] = "Disable",
                ["Query"] = "SELECT 1, disabled FROM mailbox WHERE address = @local || '@example.test'",
                ["Timeout"] = $"{timeout ?? Patience:c}",
                ["BreakerFailures"] = 100,
            };
            lines.Add($"{PostgreSqlDomain}:database");
            domains.Add(PostgreSqlDomain);
        }

        foreach (string domain in domains)
            settings.Section("Domains")[domain] = new JsonObject { ["Recipients"] = "filter", ["Route"] = "local" };
        settings.Root["Postmaster"] = $"postmaster@{LdapDomain}";
        settings.Root["FilterOrder"] = new JsonArray("greet", "helo", "recipients");
        settings.Section("Filters")["recipients"] = new JsonObject { ["Type"] = "Recipients", ["Backends"] = backends, ["Lines"] = lines };
    });

    private static string Table(TempFolder folder)
    {
        string path = folder.PathOf("mail.db");
        using SqliteConnection connection = new($"Data Source={path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "CREATE TABLE mailbox (address TEXT PRIMARY KEY); INSERT INTO mailbox VALUES ('alice')";
        command.ExecuteNonQuery();
        return path;
    }

    private static async Task<int> RcptAsync(EdgeServer edge, string recipient)
    {
        await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
        Assert.Equal(250, (await client.CommandAsync("MAIL FROM:<s@client.test>")).Code);
        return (await client.CommandAsync($"RCPT TO:<{recipient}>")).Code;
    }
}
