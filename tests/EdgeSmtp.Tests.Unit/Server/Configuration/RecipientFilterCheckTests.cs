using EdgeSmtp.Server.Hosting;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Configuration;

/// <summary>A domain with <c>"Recipients": "filter"</c> has a filter that says who exists, in every session.</summary>
public sealed class RecipientFilterCheckTests
{
    private const string Filtered = """{ "a.test": { "Recipients": "filter", "Route": "sink" } }""";
    private const string Lines = "\"Type\": \"Recipients\", \"Lines\": [ \"!a.test\" ]";

    [Fact]
    public void Load_DomainWithItsFilter_IsValidAndNotWarnedOf()
    {
        using TestConfiguration configuration = Configured($$"""{ "r": { {{Lines}} } }""");

        Assert.Empty(configuration.Errors());
        Assert.Empty(configuration.Warnings());
    }

    [Fact]
    public void Load_DomainWithoutAFilter_IsRefused()
    {
        using TestConfiguration configuration = new(("Domains", Filtered));

        Assert.Equal(["Domains:a.test:Recipients: \"filter\" needs a filter of type Recipients in FilterOrder"], configuration.Errors());
    }

    [Fact]
    public void Load_FilterThatIsNotAlwaysAsked_IsRefused()
    {
        using TestConfiguration configuration = Configured($$"""{ "r": { {{Lines}}, "Shadow": true, "SkipWhen": [ "trusted" ] } }""");

        Assert.Equal(
            [
                "Filters:r:Shadow: may not be in shadow while domain 'a.test' leaves its recipients to it",
                "Filters:r:SkipWhen: must be empty while domain 'a.test' leaves its recipients to it",
            ],
            configuration.Errors());
    }

    [Fact]
    public void Load_ProfileThatPutsItInShadow_IsRefused()
    {
        using TestConfiguration configuration = Configured($$"""{ "r": { {{Lines}} } }""").With("Profiles", """{ "friends": { "r": { "Shadow": true } } }""");

        Assert.Equal(["Profiles:friends:r:Shadow: may not be in shadow while domain 'a.test' leaves its recipients to it"], configuration.Errors());
    }

    [Fact]
    public void Load_ProfileThatSwitchesItOff_IsRefused()
    {
        using TestConfiguration configuration = Configured($$"""{ "r": { {{Lines}} } }""").With("Profiles", """{ "friends": { "r": { "Enabled": false } } }""");

        Assert.Equal(["Profiles:friends:r:Enabled: may not be switched off while domain 'a.test' leaves its recipients to it"], configuration.Errors());
    }

    [Fact]
    public void Load_ShadowWithoutSuchADomain_IsValid()
    {
        using TestConfiguration configuration = Configured($$"""{ "r": { {{Lines}}, "Shadow": true } }""")
            .With("Domains", """{ "a.test": { "Recipients": [], "Route": "sink" } }""");

        Assert.Empty(configuration.Errors());
    }

    [Fact]
    public async Task Try_FilterThatFailsOpen_IsRefused()
    {
        using TestConfiguration configuration = Configured($$"""{ "r": { {{Lines}}, "OnError": "Continue" } }""");
        EdgeSmtp.Server.Configuration.LoadedConfiguration loaded = await ConfigurationTrial.RunAsync(configuration.Load());

        Assert.Contains(loaded.Problems.Errors, static problem => problem.ToString().Contains("OnError may not be Continue", StringComparison.Ordinal));
    }

    private static TestConfiguration Configured(string filters) =>
        new(("Domains", Filtered), ("FilterOrder", """[ "r" ]"""), ("Filters", filters)) { Registry = BuiltInFilters.Create() };
}
