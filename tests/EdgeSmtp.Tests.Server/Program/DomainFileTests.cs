using System.Text;
using EdgeSmtp.Toolkit.Cdb;
using Xunit;

namespace EdgeSmtp.Tests.Server.Program;

/// <summary>rcpthosts and morercpthosts.cdb in the whole server.</summary>
public sealed class DomainFileTests
{
    [Fact]
    public async Task Lists_InFiles_AreOurDomains_AndAChangeIsTaken()
    {
        await using TestServer server = new();
        string text = Path.Combine(Path.GetDirectoryName(server.ConfigurationFile)!, "rcpthosts");
        string more = Path.Combine(Path.GetDirectoryName(server.ConfigurationFile)!, "morercpthosts.cdb");
        server.Members["DomainFiles"] = """
            { "text": { "Path": "rcpthosts", "Recipients": [ "user" ], "Route": "sink" }, "more": { "Path": "morercpthosts.cdb", "Recipients": [ "user" ], "Route": "sink" } }
            """;
        await File.WriteAllTextAsync(text, "one.test\n.wide.test\n", TestContext.Current.CancellationToken);
        WriteCdb(more, "two.test");
        await server.StartAsync();

        await AssertAsync(server, ("user@one.test", "250"), ("nobody@one.test", "550 5.1.1"), ("user@a.wide.test", "250"), ("user@two.test", "250"), ("user@three.test", "550 5.7.1"));

        await File.WriteAllTextAsync(text, "three.test\n", TestContext.Current.CancellationToken);
        WriteCdb(more, "four.test");
        Assert.Empty(await server.Host.Reloader.ReloadAsync("a test", TestContext.Current.CancellationToken));
        await AssertAsync(server, ("user@one.test", "550 5.7.1"), ("user@two.test", "550 5.7.1"), ("user@three.test", "250"), ("user@four.test", "250"));

        // A list that is not there does not open the relay, nor close it: the old configuration stays.
        File.Delete(text);
        Assert.NotEmpty(await server.Host.Reloader.ReloadAsync("a test", TestContext.Current.CancellationToken));
        await AssertAsync(server, ("user@three.test", "250"), ("user@one.test", "550 5.7.1"));
    }

    private static async Task AssertAsync(TestServer server, params (string Recipient, string Reply)[] expected)
    {
        using LineClient client = await LineClient.GreetAsync(server.Smtp);
        await client.SayAsync("EHLO c.test");
        await client.SayAsync("MAIL FROM:<a@b.test>");
        foreach ((string recipient, string reply) in expected)
        {
            Assert.StartsWith(reply, await client.SayAsync($"RCPT TO:<{recipient}>"), StringComparison.Ordinal);
        }
    }

    private static void WriteCdb(string path, string domain)
    {
        using CdbWriter writer = new(path);
        writer.Add(Encoding.ASCII.GetBytes(domain), []);
        writer.Commit();
    }
}
