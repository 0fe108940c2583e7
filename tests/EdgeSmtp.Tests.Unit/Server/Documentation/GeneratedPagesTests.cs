using System.Text.Json.Nodes;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Documentation;
using EdgeSmtp.Server.Hosting;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Documentation;

public sealed class GeneratedPagesTests
{
    [Theory]
    [InlineData("configuration")]
    [InlineData("metrics")]
    [InlineData("reasons")]
    public void Page_InTheRepository_IsWhatTheDeclarationsSay(string page)
    {
        string generated = page switch
        {
            "configuration" => ConfigurationReference.Create(BuiltInFilters.Create()),
            "metrics" => MetricsReference.Create(),
            _ => ReasonsReference.Create(),
        };

        Assert.True(generated == File.ReadAllText(Path.Combine(Root(), "docs", $"{page}.md")), $"docs/{page}.md is out of date: run 'edgesmtp docs {page} > docs/{page}.md'");
    }

    [Fact]
    public void Describe_EveryOption_HasASummary()
    {
        OptionCatalog catalog = new(new XmlSummaries(EdgeSmtp.Server.ProductAssemblies.All));
        IEnumerable<OptionDescription> options = catalog.Describe(typeof(ServerOptions), string.Empty)
            .Concat(BuiltInFilters.Create().Types.Values.SelectMany(type => catalog.Describe(type.OptionsType, $"Filters:{type.Type}")))
            .Concat(BuiltInFilters.Create().Parts.SelectMany(part => catalog.Describe(part.OptionsType, $"part {part.Type}")));

        Assert.Empty(options.Where(static option => option.Summary.Length == 0).Select(static option => option.Path));
    }

    [Fact]
    public void Schema_KnowsEveryTopLevelOptionAndEveryFilterType()
    {
        JsonObject schema = ConfigurationSchema.Create(BuiltInFilters.Create());

        JsonObject properties = (JsonObject)schema["properties"]!;
        Assert.Contains("Listeners", properties);
        Assert.False((bool)schema["additionalProperties"]!);
        Assert.Equal("integer", (string)properties["Limits"]!["properties"]!["ConnectionsMax"]!["type"]!);
        Assert.Equal(1, (decimal)properties["Limits"]!["properties"]!["ConnectionsMax"]!["minimum"]!);
        string filters = properties["Filters"]!.ToJsonString();
        Assert.All(BuiltInFilters.Create().Types.Keys, type => Assert.Contains($"\"const\":\"{type}\"", filters, StringComparison.Ordinal));
    }

    internal static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "EdgeSmtp.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The tests run outside of the repository.");
    }
}
