using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Tests.Backends.Recipients;
using Xunit;

namespace EdgeSmtp.Tests.Backends.PlugIns;

/// <summary>The packages are whole, and the samples of <c>docs/samples</c>, built against them alone, are all at work in one server.</summary>
public sealed class SampleTests(PackedSamples samples) : IClassFixture<PackedSamples>
{
    [Theory]
    [InlineData("EdgeSmtp.Protocol")]
    [InlineData("EdgeSmtp.Abstractions")]
    [InlineData("EdgeSmtp.Toolkit")]
    [InlineData("EdgeSmtp.Testing")]
    [InlineData("EdgeSmtp.Testing.Xunit")]
    public async Task Package_HasDocumentationReadmeLicenceAndSymbols(string id)
    {
        string file = Assert.Single(Directory.GetFiles(samples.Packages, $"{id}.0.*.nupkg"));
        await using ZipArchive package = await ZipFile.OpenReadAsync(file, TestContext.Current.CancellationToken);
        Assert.NotNull(package.GetEntry($"lib/net10.0/{id}.dll"));
        Assert.NotNull(package.GetEntry($"lib/net10.0/{id}.xml"));
        Assert.NotNull(package.GetEntry("README.md"));
        await using Stream stream = await package.GetEntry($"{id}.nuspec")!.OpenAsync(TestContext.Current.CancellationToken);
        XElement metadata = (await XDocument.LoadAsync(stream, LoadOptions.None, TestContext.Current.CancellationToken)).Root!.Elements().First();
        string? Value(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;
        Assert.Equal("MIT", Value("license"));
        Assert.Equal("README.md", Value("readme"));
        Assert.NotEmpty(Value("description")!);
        await using ZipArchive symbols = await ZipFile.OpenReadAsync(Path.ChangeExtension(file, ".snupkg"), TestContext.Current.CancellationToken);
        Assert.NotNull(symbols.GetEntry($"lib/net10.0/{id}.pdb"));
    }

    [Fact]
    public async Task Samples_InOneServer_DoWhatTheySay()
    {
        Programs.Need("nsd");
        await using WebDirectory web = new();
        web.Statuses["ann@web.test"] = 200;
        web.Statuses["sick@web.test"] = 503;
        await using Nsd dns = await Nsd.StartAsync("client.test", """
            good IN TXT "v=spf1 ip4:127.0.0.1 -all"
            bad IN TXT "v=spf1 -all"
            """);
        await using EdgeServer edge = await EdgeServer.StartAsync(settings => Use(settings, samples.PlugIns, web.Port, dns.Port));

        await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
        await client.ExpectAsync(250, await SendAsync(client, "good.client.test", "ann", "token-good"));
        string stored = Encoding.Latin1.GetString(await edge.MaildirOf("ann", "web.test").WaitAsync("token-good"));
        Assert.Contains("X-Sample: listener=mx; tls=none", stored, StringComparison.Ordinal);

        await client.ExpectAsync(550, await SendAsync(client, "good.client.test", "nobody", "token-nobody"));
        await client.ExpectAsync(451, await SendAsync(client, "good.client.test", "sick", "token-sick"));
        await client.ExpectAsync(550, await SendAsync(client, "bad.client.test", "ann", "token-bad"));
        await client.ExpectAsync(550, await SendAsync(client, "none.client.test", "ann", "token-none"));
        await client.ExpectAsync(554, await SendAsync(client, "good.client.test", "ann", "token-word", "buy forbidden goods"));
        Assert.Equal(3, web.Asked.Count(static asked => asked.StartsWith("/mailbox/", StringComparison.Ordinal)));
        Assert.Equal(1, edge.MaildirOf("ann", "web.test").Count);
    }

    private static void Use(EdgeSettings settings, string plugIns, int webPort, int dnsPort)
    {
        settings.Root["PlugInFolder"] = plugIns;
        settings.Section("Dns")["Servers"] = new JsonArray($"127.0.0.1:{dnsPort}");
        settings.Section("Domains")["web.test"] = new JsonObject { ["Recipients"] = "filter", ["Route"] = "local" };
        settings.Root["FilterOrder"] = new JsonArray("tag", "spf", "who", "early", "policy");
        settings.Root["Filters"] = JsonNode.Parse($$"""
            {
              "tag": { "Type": "HeaderTagger", "Field": "X-Sample" },
              "spf": { "Type": "Spf" },
              "who": { "Type": "HttpRecipients", "Url": "http://127.0.0.1:{{webPort}}/mailbox" },
              "early": { "Type": "EarlyWord", "Word": "forbidden" },
              "policy": { "Type": "SpfPolicy", "Domains": [ ".client.test" ] }
            }
            """);
    }

    /// <summary>One transaction; what it leaves open is reset.</summary>
    private static async Task<SmtpReply> SendAsync(SmtpConversation client, string domain, string local, string subject, string text = "text")
    {
        SmtpReply reply = await client.TransactionAsync($"a@{domain}", $"{local}@web.test", Encoding.ASCII.GetBytes($"Subject: {subject}\r\n\r\n{text}\r\n"));
        await client.CommandAsync("RSET");
        return reply;
    }
}
