using System.Text;
using EdgeSmtp.Core.Domains;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Hosting;
using EdgeSmtp.Tests.Unit.Server.Configuration;
using EdgeSmtp.Toolkit.Cdb;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Hosting;

/// <summary>rcpthosts and morercpthosts.cdb as sources of our domains.</summary>
public sealed class DomainFilesTests
{
    private const string Customers = """{ "customers": { "Path": "rcpthosts", "Recipients": "any", "Route": "sink" } }""";

    [Theory]
    [InlineData("customer.test", "customer.test")]
    [InlineData("sub.customer.test", null)]
    [InlineData("xn--bcher-kva.test", "xn--bcher-kva.test")]
    [InlineData("group.test", null)]
    [InlineData("a.group.test", ".group.test")]
    [InlineData("b.a.group.test", ".group.test")]
    [InlineData("notgroup.test", null)]
    [InlineData("elsewhere.test", null)]
    public void Text_NamesDomainsAndSubdomains(string domain, string? entry)
    {
        using TestConfiguration configuration = new(("DomainFiles", Customers));
        File.WriteAllText(configuration.PathOf("rcpthosts"), "# ours\nCustomer.test\nbücher.test\n\n .Group.test \n");
        Assert.Equal(entry, Read(configuration).Find(domain)?.Name);
    }

    [Theory]
    [InlineData("more.test", "more.test")]
    [InlineData("sub.more.test", null)]
    [InlineData("a.b.wide.test", ".wide.test")]
    [InlineData("wide.test", null)]
    [InlineData("elsewhere.test", null)]
    public void Cdb_IsAskedAfterTheText(string domain, string? entry)
    {
        using TestConfiguration configuration = new(("DomainFiles", """{ "more": { "Path": "morercpthosts.cdb", "Recipients": [ "user" ], "Route": "sink" } }"""));
        WriteCdb(configuration.PathOf("morercpthosts.cdb"), "more.test", ".wide.test");
        Assert.Equal(entry, Read(configuration).Find(domain)?.Name);
    }

    [Fact]
    public void Domain_InSeveralPlaces_IsAsTheConfigurationSays_ThenTheText()
    {
        using TestConfiguration configuration = new(
            ("Domains", """{ "one.test": { "Recipients": [], "Route": "a" } }"""),
            ("DomainFiles", """{ "more": { "Path": "more.cdb", "Recipients": [], "Route": "c" }, "text": { "Path": "rcpthosts", "Recipients": [], "Route": "b" } }"""),
            ("Routes", """{ "a": { "Transport": "discard" }, "b": { "Transport": "discard" }, "c": { "Transport": "discard" } }"""));
        File.WriteAllText(configuration.PathOf("rcpthosts"), "one.test\ntwo.test\n");
        WriteCdb(configuration.PathOf("more.cdb"), "one.test", "two.test", "three.test");
        DomainTable domains = Read(configuration);
        Assert.Equal(["a", "b", "c"], new[] { "one.test", "two.test", "three.test" }.Select(domain => domains.Find(domain)!.Route));
    }

    [Fact]
    public async Task Recipients_AreThoseOfTheFilesSection()
    {
        using TestConfiguration configuration = new(("DomainFiles", """{ "more": { "Path": "more.cdb", "Recipients": [ "user" ], "Route": "sink" } }"""));
        WriteCdb(configuration.PathOf("more.cdb"), "more.test");
        DomainEntry entry = Read(configuration).Find("more.test")!;
        Assert.Equal(RecipientStatus.Known, await entry.Recipients.FindAsync("user@more.test", CancellationToken.None));
        Assert.Equal(RecipientStatus.Unknown, await entry.Recipients.FindAsync("other@more.test", CancellationToken.None));
    }

    [Theory]
    [InlineData(".wide.test", "user@a.wide.test", RecipientStatus.Known)]
    [InlineData(".wide.test", "user@b.a.wide.test", RecipientStatus.Known)]
    [InlineData(".wide.test", "other@a.wide.test", RecipientStatus.Unknown)]
    [InlineData(".wide.test", "user@notwide.test", RecipientStatus.Unknown)]
    [InlineData("one.test", "user@one.test", RecipientStatus.Known)]
    [InlineData("one.test", "user@sub.one.test", RecipientStatus.Unknown)]
    [InlineData("one.test", "@one.test", RecipientStatus.Unknown)]
    [InlineData("one.test", "user", RecipientStatus.Unknown)]
    public async Task List_OfSubdomains_HoldsForEach(string domain, string key, RecipientStatus expected) =>
        Assert.Equal(expected, await new RecipientList(domain, ["User"]).FindAsync(key, CancellationToken.None));

    [Theory]
    [InlineData("rcpthosts", null, "DomainFiles:customers:Path: Could not find file")]
    [InlineData("rcpthosts", "ok.test\nnot a domain\n", "DomainFiles:customers:Path: 'not a domain' in line 2 is not a domain name")]
    [InlineData("more.cdb", null, "DomainFiles:customers:Path: ")]
    [InlineData("more.cdb", "no cdb", "DomainFiles:customers:Path: ")]
    public void File_MissingOrWrong_IsAnError(string name, string? content, string message)
    {
        using TestConfiguration configuration = new(("DomainFiles", Customers.Replace("rcpthosts", name, StringComparison.Ordinal)));
        if (content is not null)
        {
            File.WriteAllText(configuration.PathOf(name), content);
        }

        List<string> errors = [];
        Read(configuration, errors);
        Assert.StartsWith(message, Assert.Single(errors), StringComparison.Ordinal);
    }

    // No list means no relaying: without files and domains nothing is ours.
    [Fact]
    public void NoFiles_NothingIsOurs()
    {
        using TestConfiguration configuration = new(("Domains", null));
        Assert.Null(Read(configuration).Find("example.test"));
    }

    [Theory]
    [InlineData("""{ "a": { "Recipients": [], "Route": "sink" } }""", "DomainFiles:a:Path: is required")]
    [InlineData("""{ "a": { "Path": "x", "Route": "sink" } }""", "DomainFiles:a:Recipients: is required")]
    [InlineData("""{ "a": { "Path": "x", "Recipients": [] } }""", "DomainFiles:a:Route: is required")]
    [InlineData("""{ "a": { "Path": "x", "Recipients": "filter", "Route": "sink" } }""", "DomainFiles:a:Recipients: \"filter\" needs a filter of type Recipients in FilterOrder")]
    [InlineData("""{ "a": { "Path": "x", "Recipients": [], "Route": "snik" } }""", "DomainFiles:a:Route: there is no route 'snik'; did you mean 'sink'?")]
    [InlineData("""{ "a": { "Path": "x", "Recipients": [], "Route": "sink", "Profile": "strickt" } }""", "DomainFiles:a:Profile: there is no profile 'strickt'")]
    public void Section_WithAMistake_IsNamed(string json, string message)
    {
        using TestConfiguration configuration = new(("DomainFiles", json));
        Assert.Contains(configuration.Errors(), error => error.StartsWith(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Section_WithAny_IsWarnedOf_AndItsFileIsWatched()
    {
        using TestConfiguration configuration = new(("DomainFiles", Customers));
        Assert.Contains(configuration.Warnings(), static warning => warning.StartsWith("DomainFiles:customers:Recipients: accepts every address", StringComparison.Ordinal));
        Assert.Equal([configuration.File, configuration.PathOf("rcpthosts")], configuration.Load().Files);
    }

    private static DomainTable Read(TestConfiguration configuration, List<string>? errors = null)
    {
        LoadedConfiguration loaded = configuration.Load();
        Assert.Empty(loaded.Problems.Errors);
        List<string> found = [];
        DomainTable domains = DomainFiles.Read(loaded.Options!, static (name, options) => new DomainEntry(name, options.Recipients!.CreateSource(name), options.Route!), errors ?? found);
        Assert.Empty(found);
        return domains;
    }

    private static void WriteCdb(string path, params string[] keys)
    {
        using CdbWriter writer = new(path);
        foreach (string key in keys)
        {
            writer.Add(Encoding.ASCII.GetBytes(key), []);
        }

        writer.Commit();
    }
}
