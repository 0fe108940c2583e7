using System.Text;
using EdgeSmtp.Server.Configuration.Reading;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Configuration;

public sealed class ReadingTests
{
    private readonly ConfigProblems _problems = new();

    [Fact]
    public void Read_CommentsAndTrailingCommas_AreSkippedAndLinesKept()
    {
        ConfigObject root = Read("{\n  // who we are\n  \"Hostname\": \"mx.example.test\",\n  /* and\n     where */ \"List\": [ 1,\n 2, ],\n}\n")!;

        Assert.Equal(3, root.Members["Hostname"].Location.Line);
        ConfigArray list = Assert.IsType<ConfigArray>(root.Members["List"]);
        Assert.Equal("List:1", list.Items[1].Path);
        Assert.Equal(6, list.Items[1].Location.Line);
        Assert.Empty(_problems.Errors);
    }

    [Fact]
    public void Read_ByteOrderMark_IsSkipped()
    {
        byte[] content = [.. Encoding.UTF8.Preamble, .. "{ \"A\": 1 }"u8];

        Assert.NotNull(new JsonConfigReader(_problems, EnvironmentVariables.Process).Read("f.json", content));
        Assert.Empty(_problems.Errors);
    }

    [Fact]
    public void Read_KeyTwice_NamesBothLines()
    {
        Read("{\n \"A\": { \"B\": 1,\n  \"B\": 2 } }");

        Assert.Equal("f.json:3: A:B: stands twice; first in line 2", Assert.Single(_problems.Errors).ToString());
    }

    [Theory]
    [InlineData("{ \"A\": 1", 1)]
    [InlineData("{\n\"A\": nope }", 2)]
    [InlineData("[ 1 ]", 1)]
    [InlineData("", 1)]
    [InlineData("{ } more", 1)]
    [InlineData("{ \"A\": \"\\ud800\" }", 1)]
    public void Read_NotJson_OneErrorWithItsLine(string text, int line)
    {
        Assert.Null(Read(text));
        ConfigProblem problem = Assert.Single(_problems.Errors);
        Assert.Equal(new SourceLocation("f.json", line), problem.Location);
    }

    [Fact]
    public void Read_DeeperThanTheLimit_IsAnError()
    {
        string text = string.Concat(Enumerable.Repeat("{\"A\":", 70)) + "1" + new string('}', 70);

        Assert.Null(Read(text));
        Assert.Single(_problems.Errors);
    }

    [Theory]
    [InlineData("${NAME}", "value")]
    [InlineData("a${NAME}b${NAME}", "avaluebvalue")]
    [InlineData("$${NAME}", "${NAME}")]
    [InlineData("$NAME $", "$NAME $")]
    public void Expand_Variables_ReplacesOnlyTheBracedForm(string text, string expected)
    {
        EnvironmentVariables variables = new(static name => name == "NAME" ? "value" : null);

        Assert.Equal(expected, variables.Expand(text, out string? missing));
        Assert.Null(missing);
    }

    [Fact]
    public void Read_UnknownVariable_IsAnErrorWithItsPlace()
    {
        Read("{\n \"DataDirectory\": \"${NOT_SET_ANYWHERE}/x\" }");

        Assert.Equal("f.json:2: DataDirectory: the environment has no variable 'NOT_SET_ANYWHERE'", Assert.Single(_problems.Errors).ToString());
    }

    [Fact]
    public void Read_VariableInAKey_IsLeftAlone()
    {
        Assert.True(Read("{ \"${HOME}\": 1 }")!.Members.ContainsKey("${HOME}"));
    }

    [Fact]
    public void Load_Include_JoinsSectionsAndKeepsPlaces()
    {
        using TemporaryFolder folder = new();
        folder.Write("main.json", "{ \"Include\": [ \"more.json\" ], \"Domains\": { \"a.test\": {} } }");
        string more = folder.Write("more.json", "{\n \"Domains\": {\n \"b.test\": {} } }");
        ConfigFiles files = new(_problems, EnvironmentVariables.Process);

        ConfigObject root = files.Load(folder.PathOf("main.json"))!;

        ConfigObject domains = Assert.IsType<ConfigObject>(root.Members["Domains"]);
        Assert.Equal(["a.test", "b.test"], domains.Members.Keys);
        Assert.Equal(new SourceLocation(more, 3), domains.Members["b.test"].Location);
        Assert.Equal(2, files.Read.Count);
        Assert.Empty(_problems.Errors);
    }

    [Fact]
    public void Load_ValueInTwoFiles_IsAnError()
    {
        using TemporaryFolder folder = new();
        string main = folder.Write("main.json", "{ \"Include\": \"more.json\",\n \"FilterOrder\": [ \"a\" ] }");
        folder.Write("more.json", "{ \"FilterOrder\": [ \"b\" ] }");

        new ConfigFiles(_problems, EnvironmentVariables.Process).Load(main);

        Assert.Contains($"FilterOrder: stands in two files; first at {main}:2", Assert.Single(_problems.Errors).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"main.json\"", "is included twice")]
    [InlineData("\"missing.json\"", "cannot read")]
    [InlineData("7", "must be the name of a file")]
    public void Load_BadInclude_IsAnError(string include, string message)
    {
        using TemporaryFolder folder = new();
        string main = folder.Write("main.json", $$"""{ "Include": {{include}} }""");

        new ConfigFiles(_problems, EnvironmentVariables.Process).Load(main);

        Assert.Contains(message, Assert.Single(_problems.Errors).ToString(), StringComparison.Ordinal);
    }

    private ConfigObject? Read(string text) => new JsonConfigReader(_problems, EnvironmentVariables.Process).Read("f.json", Encoding.UTF8.GetBytes(text));
}
