using EdgeSmtp.Server.Cli;
using EdgeSmtp.Server.Hosting;
using EdgeSmtp.Tests.Unit.Server.Configuration;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Access;

/// <summary>Profiles of domains in the configuration.</summary>
public sealed class ProfileSplitCheckTests
{
    [Fact]
    public void UnknownProfile_IsReported()
    {
        using TestConfiguration configuration = new(("Domains", """{ "example.test": { "Recipients": [ "user" ], "Route": "sink", "Profile": "strict" } }"""));

        Assert.Contains("Domains:example.test:Profile: there is no profile 'strict'", configuration.Errors());
    }

    // None of the types that there are differs after the content, so every number of profiles shares a message.
    [Fact]
    public async Task ProfilesThatShareAMessage_AreAsManyAsOneLikes()
    {
        using TestConfiguration configuration = new(
            ("Listeners", """{ "mx": { "Address": "127.0.0.1:2525", "Smtp": { "SplitByProfile": true, "SplitMax": 2 } } }"""),
            ("FilterOrder", """[ "helo" ]"""),
            ("Filters", """{ "helo": { "Type": "HeloCheck" } }"""),
            ("Profiles", """{ "a": { "helo": { "Mode": "Strict" } }, "b": { "helo": { "Mode": "Present" } } }"""),
            ("Domains", """{ "a.test": { "Recipients": [ "user" ], "Route": "sink", "Profile": "a" }, "b.test": { "Recipients": [ "user" ], "Route": "sink", "Profile": "b" }, "example.test": { "Recipients": [ "user" ], "Route": "sink" } }"""))
        {
            Registry = BuiltInFilters.Create(),
        };
        configuration.Write();
        using StringWriter output = new();

        Assert.Equal(0, await EdgeSmtpCommand.InvokeAsync(["config", "check", "--config", configuration.File], output, output, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(2, false, "Listeners:mx:Smtp:SplitMax: the profiles of domains differ in 3 ways after the content")]
    [InlineData(2, true, "Listeners:mx:Smtp:SplitMax: the profiles of domains differ in 3 ways after the content")]
    [InlineData(3, false, null)]
    [InlineData(3, true, null)]
    public void ProfilesThatDoNot_HaveALimit(int splitMax, bool oneIsOfAFile, string? expected)
    {
        using TestConfiguration configuration = new(
            ("Listeners", $$"""{ "mx": { "Address": "127.0.0.1:2525", "Smtp": { "SplitByProfile": true, "SplitMax": {{splitMax}} } } }"""),
            ("FilterOrder", """[ "x" ]"""),
            ("Filters", """{ "x": { "Type": "Content" } }"""),
            ("Profiles", """{ "a": { "x": { "Level": 1 } }, "b": { "x": { "Level": 2 } } }"""),
            ("Domains", $$"""{ "a.test": { "Recipients": [ "user" ], "Route": "sink", "Profile": "a" }, "b.test": { "Recipients": [ "user" ], "Route": "sink", "Profile": "{{(oneIsOfAFile ? "a" : "b")}}" }, "example.test": { "Recipients": [ "user" ], "Route": "sink" } }"""),
            ("DomainFiles", oneIsOfAFile ? """{ "more": { "Path": "rcpthosts", "Recipients": [ "user" ], "Route": "sink", "Profile": "b" } }""" : null))
        {
            Registry = new EdgeSmtp.Abstractions.FilterRegistry().Add<ContentOptions>("Content", static (_, _) => new ContentFilter()),
        };
        File.WriteAllText(configuration.PathOf("rcpthosts"), "more.test\n");
        EdgeSmtp.Server.Configuration.LoadedConfiguration loaded = configuration.Load();
        Assert.Empty(loaded.Problems.Errors);
        using EdgeSmtp.Testing.Harness.PipelineHarness harness = new();

        EdgeSmtp.Server.Hosting.ServerSnapshot? snapshot = new SnapshotFactory(harness.Builder, new EdgeSmtp.Delivery.Routing.HopOffers(TimeProvider.System)).Create(loaded);

        Assert.Equal(expected is null, snapshot is not null);
        Assert.All(loaded.Problems.Errors, problem => Assert.StartsWith(expected!, $"{problem.Path}: {problem.Message}", StringComparison.Ordinal));
    }

    internal sealed record ContentOptions
    {
        public int Level { get; init; }
    }

    private sealed class ContentFilter : EdgeSmtp.Abstractions.IMessageFilter
    {
        public ValueTask OnMessageAsync(EdgeSmtp.Abstractions.Transaction transaction, EdgeSmtp.Abstractions.RecipientVerdicts verdicts, CancellationToken cancellationToken) => default;
    }
}
