using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Documentation;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Configuration;

/// <summary>Options that choose by <c>Type</c> what they are bound to.</summary>
public sealed class PartBindingTests
{
    private static readonly FilterRegistry Registry = new FilterRegistry()
        .Add<HolderOptions>("Holder", static (_, _) => new TestFilter())
        .AddPart<IPart, BigOptions>("Big", static (options, context) => new Part($"{context.Name}: big {options.Size}"))
        .AddPart<IPart, SmallOptions>("Small", static (_, context) => new Part($"{context.Name}: small"))
        .AddPart<string, SmallOptions>("Other", static (_, _) => "of another kind");

    internal interface IPart
    {
        string Says { get; }
    }

    [Fact]
    public void Bind_Parts_AreBoundToTheOptionsOfTheirType()
    {
        using TestConfiguration configuration = Configured("""{ "a": { "Type": "Big", "Size": 7 }, "b": { "Type": "Small" } }""", "{ \"Type\": \"Small\" }");

        LoadedConfiguration loaded = configuration.Load();

        Assert.Empty(loaded.Problems.Errors);
        HolderOptions options = Assert.IsType<HolderOptions>(Assert.Single(loaded.Filters!.Steps).Members[0].Options);
        Assert.Equal(["Big", "Small"], options.Parts.Values.Select(static part => part.Type));
        Assert.Equal(7, Assert.IsType<BigOptions>(options.Parts["a"].Options).Size);
        Assert.Equal("a: big 7", options.Parts["a"].Create("a", null!).Says);
        Assert.Equal("alone: small", options.Single!.Create("alone", null!).Says);
    }

    [Fact]
    public void Bind_FaultsWithinParts_AreAllReportedWithTheirPaths()
    {
        using TestConfiguration configuration = Configured(
            """{ "a": { "Type": "Big", "Size": 0 }, "b": { "Type": "Big", "Sise": 1 }, "c": { "Type": "Bigg" }, "d": {}, "e": 5, "f": { "Type": "Other" } }""", "{ \"Type\": \"Big\" }");

        Assert.Equal(
            [
                "Filters:h:Parts:a:Size: 0 is out of range: 1 to 9",
                "Filters:h:Parts:b:Sise: unknown option; did you mean 'Size'?",
                "Filters:h:Parts:b:Size: is required",
                "Filters:h:Parts:c:Type: there is no type 'Bigg' here; did you mean 'Big'?",
                "Filters:h:Parts:d: needs Type, one of Big, Small",
                "Filters:h:Parts:e: must be a section with Type, not a number",
                "Filters:h:Parts:f:Type: there is no type 'Other' here",
                "Filters:h:Single:Size: is required",
            ],
            configuration.Errors().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Rebind_SameSection_IsTheSameForTheRunningFilter()
    {
        using TestConfiguration first = Configured("""{ "a": { "Type": "Big", "Size": 7 } }""", "{ \"Type\": \"Small\" }");
        using TestConfiguration second = Configured("""{ "a": { "Type": "Big", "Size": 7 } }""", "{ \"Type\": \"Small\" }");
        using TestConfiguration third = Configured("""{ "a": { "Type": "Big", "Size": 8 } }""", "{ \"Type\": \"Small\" }");

        Assert.True(EdgeSmtp.Pipeline.Building.SameValues.Same(OptionsOf(first), OptionsOf(second)));
        Assert.False(EdgeSmtp.Pipeline.Building.SameValues.Same(OptionsOf(first), OptionsOf(third)));
    }

    [Fact]
    public void Reference_OfAFilterWithParts_HasATableForEachKind()
    {
        string reference = ConfigurationReference.Create(Registry);

        Assert.Contains("| `Parts` | map of names to sections with `Type` |", reference, StringComparison.Ordinal);
        Assert.Contains("## Filters: Holder: Parts of type Big", reference, StringComparison.Ordinal);
        Assert.Contains("## Filters: Holder: Single of type Small", reference, StringComparison.Ordinal);
        Assert.DoesNotContain("of type Other", reference, StringComparison.Ordinal);
    }

    [Fact]
    public void Schema_OfAFilterWithParts_OffersEachKind()
    {
        JsonObject schema = ConfigurationSchema.Create(Registry);

        JsonArray filters = (JsonArray)schema["properties"]!["Filters"]!["additionalProperties"]!["oneOf"]!;
        JsonNode holder = Assert.Single(filters, static filter => (string?)filter!["properties"]!["Type"]!["const"] == "Holder")!;
        JsonArray kinds = (JsonArray)holder["properties"]!["Parts"]!["additionalProperties"]!["oneOf"]!;
        Assert.Equal(["Big", "Small"], kinds.Select(static kind => (string?)kind!["properties"]!["Type"]!["const"]));
        Assert.Equal(9, (decimal)kinds[0]!["properties"]!["Size"]!["maximum"]!);
        Assert.Equal(["Size", "Type"], ((JsonArray)kinds[0]!["required"]!).Select(static name => (string?)name));
    }

    [Fact]
    public void AddPart_NameThatIsTaken_Throws() =>
        Assert.Throws<ArgumentException>(() => new FilterRegistry().AddPart<IPart, SmallOptions>("A", (_, _) => null!).AddPart<IPart, BigOptions>("A", (_, _) => null!));

    private static object OptionsOf(TestConfiguration configuration) => configuration.Load().Filters!.Steps[0].Members[0].Options;

    private static TestConfiguration Configured(string parts, string single) => new(
        ("FilterOrder", """[ "h" ]"""),
        ("Filters", $$"""{ "h": { "Type": "Holder", "Parts": {{parts}}, "Single": {{single}} } }"""))
    {
        Registry = Registry,
    };

    internal sealed record HolderOptions
    {
        /// <summary>Parts.</summary>
        public IReadOnlyDictionary<string, FilterPart<IPart>> Parts { get; init; } = new Dictionary<string, FilterPart<IPart>>();

        /// <summary>One.</summary>
        public FilterPart<IPart>? Single { get; init; }
    }

    internal sealed record BigOptions
    {
        /// <summary>Size.</summary>
        [Required]
        [Range(1, 9)]
        public int? Size { get; init; }
    }

    internal sealed record SmallOptions;

    private sealed record Part(string Says) : IPart;
}
