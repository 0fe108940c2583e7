using System.Text.RegularExpressions;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Tests.Unit.Architecture;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline.Kit;

/// <summary>What docs/filters.md says is so.</summary>
public sealed partial class FiltersPageTests
{
    private static readonly string Page = File.ReadAllText(SourceTree.PathOf("docs/filters.md"));

    // The test that follows the page compiles what it can put into a file.
    [Fact]
    public void Code_OnThePage_NamesItsFile()
    {
        MatchCollection blocks = CodeBlock().Matches(Page);
        Assert.Equal(3, blocks.Count);
        Assert.All(blocks, static block => Assert.EndsWith(".cs", block.Groups[1].Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Paths_OnThePage_Exist()
    {
        IEnumerable<string> missing = ProjectPath().Matches(Page)
            .Select(static match => match.Groups[1].Value)
            .Where(static path => !path.Contains("NAME", StringComparison.Ordinal) && !path.Contains('<', StringComparison.Ordinal))
            .Where(static path => !Path.Exists(SourceTree.PathOf(path)));
        Assert.Empty(missing);
    }

    [Fact]
    public void Keys_OfTheDriver_AreAllOnThePage() =>
        Assert.All(typeof(DriverOptions).GetProperties(), static property => Assert.Contains($"`{property.Name}`", Page, StringComparison.Ordinal));

    [Fact]
    public void Metrics_OfTheDriver_AreAllOnThePage() =>
        Assert.All(typeof(FilterMetrics).GetProperties(), static property => Assert.Contains(((Core.Metrics.MetricDeclaration)property.GetValue(null)!).Name, Page, StringComparison.Ordinal));

    [Fact]
    public void Stages_OfTheContract_AreAllOnThePage()
    {
        IEnumerable<Type> stages = typeof(IFilter).Assembly.GetTypes().Where(static type => type.IsInterface && type != typeof(IFilter) && type.IsAssignableTo(typeof(IFilter)));
        Assert.All(stages, static stage => Assert.Contains($"`{stage.Name}`", Page, StringComparison.Ordinal));
    }

    [GeneratedRegex("```csharp(.*)")]
    private static partial Regex CodeBlock();

    [GeneratedRegex("`((?:src|filters|tests|docs)/[^`]*)`")]
    private static partial Regex ProjectPath();
}
