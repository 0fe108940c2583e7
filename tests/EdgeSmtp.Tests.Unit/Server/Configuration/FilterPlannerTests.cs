using EdgeSmtp.Pipeline;
using EdgeSmtp.Server.Configuration;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Configuration;

public sealed class FilterPlannerTests
{
    [Fact]
    public void Plan_DriverKeys_AreTakenOutBeforeTheFiltersOwn()
    {
        using TestConfiguration configuration = new(
            ("FilterOrder", """[ "zen" ]"""),
            ("Filters", """{ "zen": { "Type": "Test", "Zone": "zen.test", "Timeout": "00:00:05", "OnTimeout": "Continue", "Shadow": true, "SkipWhen": [ "trusted" ], "Replies": { "listed": "no" } } }"""));

        LoadedConfiguration loaded = configuration.Load();

        Assert.Empty(loaded.Problems.Errors);
        FilterInstance instance = Assert.Single(Assert.Single(loaded.Filters!.Steps).Members);
        Assert.Equal("zen", instance.Name);
        Assert.Equal("zen.test", Assert.IsType<TestFilterOptions>(instance.Options).Zone);
        Assert.Equal(TimeSpan.FromSeconds(5), instance.Driver.Timeout);
        Assert.Equal(FailurePolicy.Continue, instance.Driver.OnTimeout);
        Assert.True(instance.Driver.Shadow);
        Assert.Equal(["trusted"], instance.Driver.SkipWhen!);
        Assert.Equal("no", instance.Driver.Replies["listed"]);
    }

    [Fact]
    public void Plan_Group_IsOneStepOfItsMembers()
    {
        using TestConfiguration configuration = new(
            ("FilterOrder", """[ "both", "last" ]"""),
            ("Filters", """{ "both": { "Type": "Group", "Members": [ "a", "b" ] }, "a": { "Type": "Plain" }, "b": { "Type": "Test", "Zone": "z" }, "last": { "Type": "Plain" } }"""));

        LoadedConfiguration loaded = configuration.Load();

        Assert.Empty(loaded.Problems.Errors);
        Assert.Equal(["both", "last"], loaded.Filters!.Steps.Select(static step => step.Name));
        Assert.Equal(["a", "b"], loaded.Filters.Steps[0].Members.Select(static member => member.Name));
    }

    [Fact]
    public void Plan_Profile_IsAVariantWithSomeOptionsReplaced()
    {
        using TestConfiguration configuration = new(
            ("FilterOrder", """[ "zen" ]"""),
            ("Filters", """{ "zen": { "Type": "Test", "Zone": "zen.test", "Level": 2 } }"""),
            ("Profiles", """{ "strict": { "zen": { "Level": 9, "Shadow": true } } }"""));

        LoadedConfiguration loaded = configuration.Load();

        Assert.Empty(loaded.Problems.Errors);
        FilterInstance variant = loaded.Filters!.Profiles["strict"]["zen"];
        Assert.Equal(new TestFilterOptions { Zone = "zen.test", Level = 9 }, variant.Options);
        Assert.True(variant.Driver.Shadow);
    }

    [Theory]
    [InlineData("""[ "nope" ]""", "{}", "FilterOrder:0: there is no filter 'nope'")]
    [InlineData("""[ "zan" ]""", """{ "zen": { "Type": "Group", "Members": [ "a" ] }, "a": { "Type": "Plain" } }""", "FilterOrder:0: there is no filter 'zan'; did you mean 'zen'?")]
    [InlineData("[]", """{ "x": { "Type": "Plain" } }""", "Filters:x: is configured but neither in FilterOrder nor in a group")]
    [InlineData("""[ "x", "x" ]""", """{ "x": { "Type": "Plain" } }""", "FilterOrder:1: 'x' runs already in FilterOrder")]
    [InlineData("""[ "g", "x" ]""", """{ "g": { "Type": "Group", "Members": [ "x" ] }, "x": { "Type": "Plain" } }""", "FilterOrder:1: 'x' runs already in group 'g'")]
    [InlineData("""[ "g" ]""", """{ "g": { "Type": "Group", "Members": [] } }""", "Filters:g: a group needs Members, a list of names of filters")]
    [InlineData("""[ "g" ]""", """{ "g": { "Type": "Group", "Members": [ "x" ], "Shadow": true }, "x": { "Type": "Plain" } }""", "Filters:g:Shadow: a group has only Type and Members")]
    [InlineData("""[ "x" ]""", """{ "x": {} }""", "Filters:x: needs Type, one of Group, Plain, Test")]
    [InlineData("""[ "x" ]""", """{ "x": { "Type": "Tset", "Zone": "z" } }""", "Filters:x:Type: there is no type 'Tset'; did you mean 'Test'?")]
    [InlineData("""[ "x" ]""", """{ "x": { "Type": "Test" } }""", "Filters:x:Zone: is required")]
    [InlineData("""[ "x" ]""", """{ "x": { "Type": "Test", "Zone": "z", "Levle": 1 } }""", "Filters:x:Levle: unknown option; did you mean 'Level'?")]
    [InlineData("""[ "x" ]""", """{ "x": { "Type": "Test", "Zone": "z", "Timeout": "00:10:00" } }""", "Filters:x:Timeout: 00:10:00 is out of range")]
    [InlineData("""[ "x" ]""", """{ "x": { "Type": "Plain", "OnError": "Ignore" } }""", "Filters:x:OnError: must be one of Defer, Continue, Reject, not 'Ignore'")]
    public void Plan_BrokenRule_IsReportedWithItsPlace(string order, string filters, string expected)
    {
        using TestConfiguration configuration = new(("FilterOrder", order), ("Filters", filters));

        Assert.Contains(configuration.Errors(), error => error.StartsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Plan_GroupInAGroup_IsAnError()
    {
        using TestConfiguration configuration = new(
            ("FilterOrder", """[ "g" ]"""),
            ("Filters", """{ "g": { "Type": "Group", "Members": [ "h" ] }, "h": { "Type": "Group", "Members": [ "x" ] }, "x": { "Type": "Plain" } }"""));

        Assert.Contains("Filters:g:Members:0: 'h' is a group; groups do not hold groups", configuration.Errors());
    }

    [Theory]
    [InlineData("""{ "p": { "nope": {} } }""", "Profiles:p:nope: there is no filter 'nope'")]
    [InlineData("""{ "p": { "x": { "Type": "Plain" } } }""", "Profiles:p:x: a profile changes the options of a filter, not its Type, and no group")]
    [InlineData("""{ "p": { "x": { "Level": 10 } } }""", "Profiles:p:x:Level: 10 is out of range: 1 to 9")]
    public void Plan_BrokenProfile_IsReportedWithItsPlace(string profiles, string expected)
    {
        using TestConfiguration configuration = new(
            ("FilterOrder", """[ "x" ]"""), ("Filters", """{ "x": { "Type": "Test", "Zone": "z" } }"""), ("Profiles", profiles));

        Assert.Contains(expected, configuration.Errors());
    }
}
