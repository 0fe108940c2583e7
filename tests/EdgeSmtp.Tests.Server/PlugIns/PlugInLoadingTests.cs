using System.Text.Json.Nodes;
using Xunit;

namespace EdgeSmtp.Tests.Server.PlugIns;

/// <summary>What is loaded, what is refused, and what an operator reads of it.</summary>
public sealed class PlugInLoadingTests
{
    private static readonly string Good = PlugInCompiler.RcptFilter("Plugged", "return Verdict.From(Refused);");

    [Fact]
    public async Task Server_PlugInNamedByType_RefusesAsABuiltInFilterDoes()
    {
        await using PlugInServer server = await new PlugInServer().With("good", Good).StartAsync();
        Assert.StartsWith("550 5.7.1 Refused by a plug-in", await server.RcptAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await server.MetricAsync("edgesmtp_plugins{state=\"running\"}"));
        Assert.Equal(1, await server.MetricAsync("""edgesmtp_filter_verdicts_total{filter="plugged",stage="rcpt",verdict="reject",reason="refused"}"""));
    }

    [Fact]
    public async Task Check_OptionsOfAPlugIn_AreBoundAndChecked()
    {
        const string source = """
            public sealed record TheOptions
            {
                [System.ComponentModel.DataAnnotations.Range(1, 10)]
                public int Level { get; init; } = 5;

                public IReadOnlyList<string> Names { get; init; } = [];
            }

            public sealed class Entry : IFilterPlugIn
            {
                public void Register(FilterRegistry filters) => filters.Add<TheOptions>("Plugged", static (options, _) => new TheFilter(options));
            }

            public sealed class TheFilter(TheOptions options) : IRcptFilter
            {
                public static readonly FilterReason Refused = new(VerdictKind.Reject, "refused", 550, "5.7.1", "No");
                public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken) =>
                    options.Names.Count == options.Level ? Verdict.From(Refused) : Verdict.Continue;
            }
            """;
        await using PlugInServer wrong = new PlugInServer("""{ "Type": "Plugged", "Level": 11, "Name": "x" }""").With("good", source);
        (int exit, string text) = await wrong.CheckAsync();
        Assert.Equal(2, exit);
        Assert.Contains("Filters:plugged:Level: 11 is out of range: 1 to 10", text, StringComparison.Ordinal);
        Assert.Contains("Filters:plugged:Name: unknown option; did you mean 'Names'?", text, StringComparison.Ordinal);

        await using PlugInServer right = new PlugInServer("""{ "Type": "Plugged", "Level": 1, "Names": [ "x" ], "Timeout": "00:00:05" }""").With("good", source);
        Assert.Equal((0, "The configuration is valid.\n"), await right.CheckAsync());
    }

    [Fact]
    public async Task Check_EveryBrokenPlugIn_IsToldWithItsReasonAtOnce()
    {
        await using PlugInServer server = new();
        Directory.CreateDirectory(server.PathOf("empty"));
        server.With("entryless", "public sealed class Nothing;")
            .With("twofold", "public sealed class A : IFilterPlugIn { public void Register(FilterRegistry filters) { } } public sealed class B : IFilterPlugIn { public void Register(FilterRegistry filters) { } }")
            .With("throwing", "public sealed class Entry : IFilterPlugIn { public void Register(FilterRegistry filters) => throw new InvalidOperationException(\"no licence\"); }")
            .With("closed", "public sealed class Entry : IFilterPlugIn { private Entry() { } public void Register(FilterRegistry filters) { } }")
            .With("idle", "public sealed class Entry : IFilterPlugIn { public void Register(FilterRegistry filters) { } }")
            .With("builtin", PlugInCompiler.RcptFilter("HeloCheck", "return default;"))
            .With("one", PlugInCompiler.RcptFilter("Same", "return default;"))
            .With("other", PlugInCompiler.RcptFilter("Same", "return default;"));
        Directory.CreateDirectory(server.PathOf("garbage"));
        await File.WriteAllTextAsync(server.PathOf("garbage/garbage.dll"), "MZ", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(server.PathOf(".making"));

        (int exit, string text) = await server.CheckAsync();

        Assert.Equal(2, exit);
        foreach (string expected in new[]
        {
            "Filters:plugged:Type: there is no type 'Plugged'",
            "PlugInFolder:empty: there is no empty.dll in it",
            "PlugInFolder:entryless: has no public class that implements IFilterPlugIn",
            "PlugInFolder:twofold: has 2 classes that implement IFilterPlugIn and may have one: A, B",
            "PlugInFolder:throwing: Entry threw: InvalidOperationException: no licence",
            "PlugInFolder:closed: Entry has no public constructor without parameters",
            "PlugInFolder:idle: Entry registers nothing",
            "PlugInFolder:builtin: registers the type 'HeloCheck', which is built in",
            "PlugInFolder:one: registers the type 'Same', which plug-in 'other' registers, too",
            "PlugInFolder:other: registers the type 'Same', which plug-in 'one' registers, too",
            "PlugInFolder:garbage: cannot be loaded: BadImageFormatException",
        })
        {
            Assert.Contains(expected, text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("making", text, StringComparison.Ordinal);
        Assert.DoesNotContain("warning:", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schema_OfAConfigurationWithPlugIns_KnowsTheirTypesAndOptions()
    {
        const string source = """
            public sealed class Entry : IFilterPlugIn { public void Register(FilterRegistry filters) => filters.Add<TheOptions>("Plugged", static (options, _) => new TheFilter()); }
            public sealed class TheOptions { [System.ComponentModel.DataAnnotations.Range(1, 10)] public int Level { get; set; } = 3; }
            public sealed class TheFilter : IRcptFilter
            {
                public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken) => Verdict.Continue;
            }
            """;
        // A mistake elsewhere is what the editor is there for.
        await using PlugInServer server = new PlugInServer("""{ "Type": "Plugged", "Level": 99 }""").With("good", source);
        JsonNode schema = JsonNode.Parse(await server.SchemaAsync())!;
        JsonNode plugged = schema["properties"]!["Filters"]!["additionalProperties"]!["oneOf"]!.AsArray().Single(static type => (string?)type!["properties"]!["Type"]!["const"] == "Plugged")!;
        Assert.Equal(10, (int)plugged["properties"]!["Level"]!["maximum"]!);
        Assert.NotNull(plugged["properties"]!["Timeout"]);
    }

    /// <summary>A registration that does not end is refused like one that throws: the reload ends, and the old plug-in stays.</summary>
    [Theory]
    [InlineData("public void Register(FilterRegistry filters) => Thread.Sleep(Timeout.Infinite);")]
    [InlineData("public Entry() => Thread.Sleep(Timeout.Infinite); public void Register(FilterRegistry filters) { }")]
    [InlineData("static Entry() => Thread.Sleep(Timeout.Infinite); public void Register(FilterRegistry filters) { }")]
    public async Task Reload_PlugInThatDoesNotEndRegistering_IsRefused_AndTheOldOneStays(string members)
    {
        await using PlugInServer server = await new PlugInServer().With("good", PlugInCompiler.RcptFilter("Plugged", "return Verdict.From(Refused);")).StartAsync();
        server.With("good", $"public sealed class Entry : IFilterPlugIn {{ {members} }}", "2.0.0");
        IReadOnlyList<string> errors = await server.ReloadAsync();
        Assert.Contains(errors, static error => error.Contains("PlugInFolder:good: Entry: it did not end within 10 s, and it may only register", StringComparison.Ordinal));
        Assert.StartsWith("550 ", await server.RcptAsync(), StringComparison.Ordinal);
        server.With("good", PlugInCompiler.RcptFilter("Plugged", "return Verdict.Continue;"), "3.0.0");
        Assert.Empty(await server.ReloadAsync());
        Assert.StartsWith("250 ", await server.RcptAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_BrokenPlugInThatNoFilterNeeds_IsAWarning()
    {
        await using PlugInServer server = new PlugInServer().With("good", Good).With("idle", "public sealed class Entry : IFilterPlugIn { public void Register(FilterRegistry filters) { } }");
        (int exit, string text) = await server.CheckAsync();
        Assert.Equal(0, exit);
        Assert.Contains("PlugInFolder:idle: Entry registers nothing; no filter needs it", text, StringComparison.Ordinal);

        await server.StartAsync();
        Assert.StartsWith("550 ", await server.RcptAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await server.MetricAsync("edgesmtp_plugins{state=\"refused\"}"));
    }

    [Fact]
    public async Task Check_MissingDependency_IsNamed()
    {
        await using PlugInServer server = new();
        string library = PlugInCompiler.Build(server.PathOf(".library"), "public static class Answers { public static Verdict Give() => Verdict.Continue; }", "3.1.4", "Acme.Answers");
        PlugInCompiler.Build(server.PathOf("good"), PlugInCompiler.RcptFilter("Plugged", "return Answers.Give();"), references: library);

        (int exit, string text) = await server.CheckAsync();
        Assert.Equal(2, exit);
        Assert.Contains("PlugInFolder:good: good needs Acme.Answers 3.1.4.0, which is neither beside it nor in the framework", text, StringComparison.Ordinal);

        File.Copy(library, server.PathOf("good/Acme.Answers.dll"));
        Assert.Equal(0, (await server.CheckAsync()).Exit);
    }

    [Fact]
    public async Task Check_PrivateAssemblyOfOursThatIsNotBrought_IsMissing()
    {
        await using PlugInServer server = new PlugInServer().With("good", PlugInCompiler.RcptFilter(
            "Plugged", "return EdgeSmtp.Toolkit.Patterns.WildMatList.Empty is null ? Verdict.From(Refused) : default;"));
        (int exit, string text) = await server.CheckAsync();
        Assert.Equal(2, exit);
        Assert.Contains("good needs EdgeSmtp.Toolkit", text, StringComparison.Ordinal);

        File.Copy(Path.Combine(AppContext.BaseDirectory, "EdgeSmtp.Toolkit.dll"), server.PathOf("good/EdgeSmtp.Toolkit.dll"));
        Assert.Equal(0, (await server.CheckAsync()).Exit);
    }

    [Theory]
    [InlineData("2.0.0", "is built against version 2.0.0 of the contract, and this server has 0.1.0: it needs a newer server")]
    [InlineData("0.0.9", "is built against version 0.0.9 of the contract, and this server has 0.1.0: build it anew")]
    [InlineData("0.1.1", "is built against version 0.1.1 of the contract, and this server has 0.1.0: it needs a newer server")]
    public async Task Check_OtherContract_IsRefusedWithBothVersions(string version, string expected)
    {
        await using PlugInServer server = new();
        string contract = PlugInCompiler.Build(
            server.PathOf(".contract"),
            "namespace EdgeSmtp.Abstractions { public sealed class FilterRegistry; public interface IFilterPlugIn { void Register(FilterRegistry filters); } }",
            version,
            "EdgeSmtp.Abstractions");
        PlugInCompiler.Build(server.PathOf("good"), "public sealed class Entry : IFilterPlugIn { public void Register(FilterRegistry filters) { } }", references: contract);

        (int exit, string text) = await server.CheckAsync();
        Assert.Equal(2, exit);
        Assert.Contains($"PlugInFolder:good: good {expected}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_PlugInWithItsOwnVersionOfALibrary_KeepsItToItself()
    {
        await using PlugInServer server = new("""{ "Type": "one" }""");
        foreach (string name in new[] { "one", "two" })
        {
            string library = PlugInCompiler.Build(server.PathOf($".{name}"), $"public static class Answers {{ public static string Text => \"{name}\"; }}", name == "one" ? "1.0.0" : "2.0.0", "Acme.Answers");
            PlugInCompiler.Build(
                server.PathOf(name),
                PlugInCompiler.RcptFilter(name, "return Verdict.From(Said);", "public static readonly FilterReason Said = new(VerdictKind.Reject, \"said\", 550, \"5.7.1\", Answers.Text);"),
                references: library);
            File.Copy(library, server.PathOf($"{name}/Acme.Answers.dll"));
        }

        server.Server.Members["FilterOrder"] = """[ "plugged", "second" ]""";
        server.Server.Members["Filters"] = """{ "plugged": { "Type": "one", "Shadow": true }, "second": { "Type": "two" } }""";
        await server.StartAsync();
        Assert.StartsWith("550 5.7.1 two", await server.RcptAsync(), StringComparison.Ordinal);
        server.Server.Members["Filters"] = """{ "plugged": { "Type": "one" }, "second": { "Type": "two" } }""";
        server.Server.Write();
        Assert.Empty(await server.ReloadAsync());
        Assert.StartsWith("550 5.7.1 one", await server.RcptAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public TheFilter(int x) : this((FilterContext)null!) { } static TheFilter() => throw new InvalidOperationException(\"static\");", "static")]
    [InlineData("public object Broken { get; } = Throw(); private static object Throw() => throw new InvalidOperationException(\"instance\");", "instance")]
    public async Task Check_ThrowingConstructor_IsRefusedWithItsReason(string members, string reason)
    {
        await using PlugInServer server = new PlugInServer().With("good", PlugInCompiler.RcptFilter("Plugged", "return default;", members));
        (int exit, string text) = await server.CheckAsync();
        Assert.Equal(2, exit);
        Assert.Contains($"Filters:plugged: type Plugged could not be made: {reason}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_OptionsThatThrow_AreRefusedWithTheirReason()
    {
        await using PlugInServer server = new PlugInServer().With("good", """
            public sealed class TheOptions { public TheOptions() => throw new InvalidOperationException("out of order"); }
            public sealed class Entry : IFilterPlugIn
            {
                public void Register(FilterRegistry filters) => filters.Add<TheOptions>("Plugged", static (_, _) => null!);
            }
            """);
        (int exit, string text) = await server.CheckAsync();
        Assert.Equal(2, exit);
        Assert.Contains("Filters:plugged: the options of type 'Plugged' threw: out of order", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_TraitsThatThrow_AreRefusedWithTheirReason()
    {
        await using PlugInServer server = new PlugInServer("""{ "Type": "Plugged", "Level": 1 }""").With("good", """
            public sealed class TheOptions { public int Level { get; init; } }
            public sealed class Entry : IFilterPlugIn
            {
                public void Register(FilterRegistry filters) => filters.Add<TheOptions>("Plugged", static (_, _) => null!, static options =>
                    options.Level == 0 ? FilterTraits.Default : throw new InvalidOperationException("no such level"));
            }
            """);
        (int exit, string text) = await server.CheckAsync();
        Assert.Equal(2, exit);
        Assert.Contains("Filters:plugged: the options of type 'Plugged' threw: no such level", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_FilesThatEverybodyMayWrite_AreRefused()
    {
        await using PlugInServer server = new PlugInServer().With("good", Good);
        string file = server.PathOf("good/good.dll");
        File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.OtherWrite);
        (int exit, string text) = await server.CheckAsync();
        Assert.Equal(2, exit);
        Assert.Contains($"PlugInFolder:good: everybody may write to {file}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_FolderThatIsMissing_SaysSo()
    {
        await using PlugInServer server = new();
        Directory.Delete(server.PathOf(string.Empty));
        (int exit, string text) = await server.CheckAsync();
        Assert.Equal(2, exit);
        Assert.Contains("PlugInFolder: cannot be read: ", text, StringComparison.Ordinal);
    }
}
