using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Access;

/// <summary>Rules against the real tcprules and tcprulescheck of ucspi-tcp, in the forms that version knows: no networks, no IPv6.</summary>
public sealed class TcprulesTests
{
    private static readonly string[] Hosts = ["mail.friends.example", "a.b.friends.example", "friends.example", "www.other.example"];
    private static readonly string[] Identities = ["joe", "jane.doe"];

    [Fact]
    public async Task Build_OfGeneratedRules_HasTheBytesOfTcprules()
    {
        Programs.Need("tcprules");
        using TempFolder folder = new();
        for (int seed = 1; seed <= 3; seed++)
        {
            string rules = folder.Write("rules", Generate(seed));
            await CompileAsync(folder, rules, folder.PathOf("theirs.cdb"));
            Command.Result built = await Command.RunAsync(Programs.Edge, "access", "build", rules, folder.PathOf("ours.cdb"));
            Assert.True(built.ExitCode == 0, built.ToString());

            Assert.Equal(await File.ReadAllBytesAsync(folder.PathOf("theirs.cdb")), await File.ReadAllBytesAsync(folder.PathOf("ours.cdb")));
        }
    }

    // Their file read by us, and our file read by them.
    [Fact]
    public async Task Check_OfGeneratedRules_AgreesWithTcprulescheck()
    {
        Programs.Need("tcprules", "tcprulescheck");
        using TempFolder folder = new();
        string rules = folder.Write("rules", Generate(seed: 4));
        await CompileAsync(folder, rules, folder.PathOf("theirs.cdb"));
        Command.Result built = await Command.RunAsync(Programs.Edge, "access", "build", rules, folder.PathOf("ours.cdb"));
        Assert.True(built.ExitCode == 0, built.ToString());
        Random random = new(5);
        HashSet<string> outcomes = [];
        for (int i = 0; i < 30; i++)
        {
            string address = Address(random);
            string? host = random.Next(3) == 0 ? null : Hosts[random.Next(Hosts.Length)];
            string? identity = random.Next(2) == 0 ? null : Identities[random.Next(Identities.Length)];
            string theirs = await TheirsAsync(folder.PathOf("ours.cdb"), address, host, identity);
            string ours = await OursAsync(folder.PathOf("theirs.cdb"), address, host, identity);
            Assert.True(theirs == ours, $"{identity}@{address} ={host}\ntheirs: {theirs}\nours:   {ours}");
            outcomes.Add(ours);
        }

        Assert.True(outcomes.Count > 10, "The clients should meet many rules.");
    }

    [Theory]
    [InlineData("192.0.2.1:allowed\n")]
    [InlineData("192.0.2.1:allow,A\n")]
    [InlineData("192.0.2.1:allow,A=\n")]
    [InlineData("192.0.2.1:allow,A=\"b\n")]
    public async Task FaultyLine_LeavesTheOldFile_HereAndThere(string faulty)
    {
        Programs.Need("tcprules");
        using TempFolder folder = new();
        string rules = folder.Write("rules", ":allow\n");
        await CompileAsync(folder, rules, folder.PathOf("theirs.cdb"));
        await Command.RunAsync(Programs.Edge, "access", "build", rules, folder.PathOf("ours.cdb"));
        folder.Write("rules", faulty);

        Command.Result theirs = await Command.RunAsync(Encoding.UTF8.GetBytes(faulty), "tcprules", folder.PathOf("theirs.cdb"), folder.PathOf("tmp"));
        Command.Result ours = await Command.RunAsync(Programs.Edge, "access", "build", rules, folder.PathOf("ours.cdb"));

        Assert.NotEqual(0, theirs.ExitCode);
        Assert.Equal(2, ours.ExitCode);
        Assert.Contains($"{rules}:1: ", ours.Error, StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllBytesAsync(folder.PathOf("theirs.cdb")), await File.ReadAllBytesAsync(folder.PathOf("ours.cdb")));
    }

    [Fact]
    public async Task Server_FollowsRulesOfTcprules_AndTheNextVersionOfThem()
    {
        Programs.Need("tcprules");
        using TempFolder folder = new();
        string compiled = folder.PathOf("access.cdb");
        await CompileAsync(folder, folder.Write("rules", "192.0.2.66:deny\n192.0.2.:allow,DATABYTES=\"1000\"\n:allow\n"), compiled);
        await using EdgeServer edge = await EdgeServer.StartAsync(settings => Follow(settings, compiled));

        Assert.Equal(554, (await GreetAsync(edge, "192.0.2.66")).Code);
        Assert.Equal(552, (await SizeAsync(edge, "192.0.2.5")).Code);
        Assert.Equal(250, (await SizeAsync(edge, "203.0.113.5")).Code);

        await CompileAsync(folder, folder.Write("rules", "192.0.2.5:deny\n:allow\n"), compiled);
        Command.Result checkedBy = await Command.RunAsync(Programs.Edge, "access", "check", "192.0.2.5", "--config", edge.ConfigFile);
        Assert.Contains("outcome: deny", checkedBy.Output, StringComparison.Ordinal);
        await Until.TrueAsync(async () => (await GreetAsync(edge, "192.0.2.5")).Code == 554, Until.Soon, () => "the new rules are not followed");
        Assert.Equal(220, (await GreetAsync(edge, "192.0.2.66")).Code);
    }

    [Fact]
    public async Task Names_OfARealDns_CountWhenTheyPointBack()
    {
        await using Nsd dns = await Nsd.StartAsync("2.0.192.in-addr.arpa", """
            5 IN PTR dsl5.pool
            dsl5.pool IN A 192.0.2.5
            6 IN PTR dsl6.pool
            dsl6.pool IN A 203.0.113.1
            7 IN PTR mail
            mail IN A 192.0.2.7
            """);
        using TempFolder folder = new();
        string rules = folder.Write("access.rules", "=.pool.2.0.192.in-addr.arpa:deny\n");
        await using EdgeServer edge = await EdgeServer.StartAsync(settings =>
        {
            Follow(settings, rules);
            settings.Section("Dns")["Servers"] = new JsonArray($"127.0.0.1:{dns.Port}");
        });

        Assert.Equal(554, (await GreetAsync(edge, "192.0.2.5")).Code);
        Assert.Equal(220, (await GreetAsync(edge, "192.0.2.6")).Code);
        await using SmtpConversation client = await OpenAsync(edge, "192.0.2.7");
        Specimen specimen = Specimen.Make("plain");
        await client.ExpectAsync(250, await client.TransactionAsync("s@client.test", "user@example.test", specimen.Content));
        byte[] stored = await edge.MaildirOf("user").WaitAsync(specimen.Token);
        Assert.Contains("(mail.2.0.192.in-addr.arpa [192.0.2.7])", Encoding.Latin1.GetString(stored), StringComparison.Ordinal);
    }

    private static void Follow(EdgeSettings settings, string file)
    {
        settings.Listener("mx")["ProxyFrom"] = new JsonArray("127.0.0.1");
        settings.Listener("mx")["Access"] = "all";
        settings.Section("AccessRules")["all"] = new JsonObject { ["File"] = file };
    }

    private static async Task CompileAsync(TempFolder folder, string rules, string target)
    {
        Command.Result compiled = await Command.RunAsync(await File.ReadAllBytesAsync(rules), "tcprules", target, folder.PathOf("rules.tmp"));
        Assert.True(compiled.ExitCode == 0, compiled.ToString());
    }

    /// <summary>The outcome in one line: rule, deny or allow, and variables.</summary>
    private static async Task<string> TheirsAsync(string file, string address, string? host, string? identity)
    {
        List<string> command = [$"TCPREMOTEIP={address}"];
        if (host is not null)
        {
            command.Add($"TCPREMOTEHOST={host}");
        }

        if (identity is not null)
        {
            command.Add($"TCPREMOTEINFO={identity}");
        }

        Command.Result result = await Command.RunAsync("env", [.. command, Programs.Find("tcprulescheck"), file]);
        Assert.True(result.ExitCode == 0, result.ToString());
        string[] lines = result.Output.TrimEnd().Split('\n');
        string rule = lines[0].StartsWith("rule ", StringComparison.Ordinal) ? lines[0]["rule ".Length..].TrimEnd(':') : "default";
        const string Variable = "set environment variable ";
        string variables = string.Join(' ', lines.Where(static line => line.StartsWith(Variable, StringComparison.Ordinal)).Select(static line => line[Variable.Length..]));
        return $"{(rule.Length == 0 ? "default" : rule)}: {(lines[^1] == "deny connection" ? "deny" : "allow")} {variables}".TrimEnd();
    }

    private static async Task<string> OursAsync(string file, string address, string? host, string? identity)
    {
        List<string> command = ["access", "check", address, "--json", "--rules", file];
        command.AddRange(host is null ? [] : ["--name", host]);
        command.AddRange(identity is null ? [] : ["--info", identity]);
        Command.Result result = await Command.RunAsync(Programs.Edge, [.. command]);
        Assert.True(result.ExitCode == 0, result.ToString());
        JsonElement answer = JsonDocument.Parse(result.Output).RootElement[0];
        string rule = answer.GetProperty("rule").GetString()!;
        string variables = string.Join(' ', answer.GetProperty("variables").EnumerateObject().Select(static variable => $"{variable.Name}={variable.Value.GetString()}"));
        return $"{(rule == "none" ? "default" : rule)}: {answer.GetProperty("outcome").GetString()} {variables}".TrimEnd();
    }

    /// <summary>Every form of address, on few octets, so that clients meet all of them; each rule has a number of its own.</summary>
    private static string Generate(int seed)
    {
        Random random = new(seed);
        StringBuilder rules = new("# generated\n\n");
        HashSet<string> taken = [];
        for (int i = 0; i < 120; i++)
        {
            string host = Hosts[random.Next(Hosts.Length)];
            string address = random.Next(8) switch
            {
                0 => Address(random),
                1 => string.Join('.', Address(random).Split('.')[..random.Next(1, 4)]) + ".",
                2 => $"10.0.{random.Next(3)}.{random.Next(3)}-{random.Next(3, 6)}",
                3 => $"={host}",
                4 => $"={host[host.IndexOf('.', StringComparison.Ordinal)..]}",
                5 => $"{Identities[random.Next(2)]}@{Address(random)}",
                6 => $"{Identities[random.Next(2)]}@={host}",
                _ => random.Next(10) == 0 ? "=" : Address(random),
            };
            if (taken.Add(address))
            {
                string instruction = random.Next(4) == 0 ? "deny" : string.Create(CultureInfo.InvariantCulture, $"allow,DATABYTES=\"{1000 + i}\",MAXRECIPIENTS=/{1 + i}/");
                rules.Append(CultureInfo.InvariantCulture, $"{address}:{instruction}\n");
            }
        }

        return rules.Append(random.Next(2) == 0 ? ":allow,DATABYTES=\"7\"\n" : string.Empty).ToString();
    }

    private static string Address(Random random) => string.Create(CultureInfo.InvariantCulture, $"10.{random.Next(2)}.{random.Next(3)}.{random.Next(6)}");

    private static async Task<SmtpReply> GreetAsync(EdgeServer edge, string address)
    {
        await using SmtpConversation client = await SmtpConversation.ConnectAsync(edge.SmtpPort);
        await client.SendAsync($"PROXY TCP4 {address} 192.0.2.25 40000 25\r\n");
        return await client.ReadReplyAsync();
    }

    private static async Task<SmtpConversation> OpenAsync(EdgeServer edge, string address)
    {
        SmtpConversation client = await SmtpConversation.ConnectAsync(edge.SmtpPort);
        await client.SendAsync($"PROXY TCP4 {address} 192.0.2.25 40000 25\r\n");
        await client.ExpectAsync(220, await client.ReadReplyAsync());
        await client.ExpectAsync(250, await client.CommandAsync("EHLO client.example.test"));
        return client;
    }

    private static async Task<SmtpReply> SizeAsync(EdgeServer edge, string address)
    {
        await using SmtpConversation client = await OpenAsync(edge, address);
        return await client.CommandAsync("MAIL FROM:<s@client.test> SIZE=1001");
    }
}
