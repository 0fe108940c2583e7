using System.Text;
using EdgeSmtp.Sessions.Access;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Access;

public sealed class RuleSourceTests
{
    [Fact]
    public void Parse_CommentsEmptyLinesAndTrailingBlanks_AreNoRules()
    {
        RuleSource source = Parse("# one\n\n192.0.2.1:deny  \t\r\n#:deny\n:allow");

        Assert.Empty(source.Problems);
        Assert.Equal([(3, "192.0.2.1", true), (5, string.Empty, false)], source.Rules.Select(static rule => (rule.Number, rule.Address, rule.Text.IsDenied)));
    }

    [Theory]
    [InlineData(":allow,A=\"x\"", "A=x")]
    [InlineData(":allow,A=\"\"", "A=")]
    [InlineData(":allow,A=/x y/,B='\"'", "A=x y|B=\"")]
    [InlineData(":allow,A=\"a,b:c=d\"", "A=a,b:c=d")]
    [InlineData("2001:db8::1:allow,A=\"http://x\"", "A=http://x")]
    [InlineData(":deny,A=\"x\"", "A=x")]
    [InlineData(":allow,A=\"gr\u00fc\u00df\"", "A=gr\u00fc\u00df")]
    [InlineData(":allow,A==x=", "A=x")]
    public void Parse_Variables_QuotedByAnyCharacter(string line, string expected)
    {
        RuleSource source = Parse(line);

        Assert.Empty(source.Problems);
        Assert.Equal(expected, string.Join('|', Assert.Single(source.Rules).Text.Variables.Select(static variable => $"{variable.Key}={variable.Value}")));
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("192.0.2.1:")]
    [InlineData("192.0.2.1:allowed")]
    [InlineData("192.0.2.1:permit")]
    [InlineData("192.0.2.1:allow,")]
    [InlineData("192.0.2.1:allow,A")]
    [InlineData("192.0.2.1:allow,A=")]
    [InlineData("192.0.2.1:allow,A=\"x")]
    [InlineData("192.0.2.1:allow,A=\"x\"y")]
    [InlineData("192.0.2.1:allow,=\"x\"")]
    [InlineData("192.0.2.1:allow,A B=\"x\"")]
    [InlineData("192.0.2.1:allow,A=\"x\0\"")]
    [InlineData(" 192.0.2.1:allow")]
    [InlineData("10.1.2:deny")]
    public void Parse_FaultyLine_IsReportedWithItsNumber(string line)
    {
        RuleSource source = Parse($"# first\n{line}\n:allow\n");

        RuleProblem problem = Assert.Single(source.Problems);
        Assert.False(problem.IsWarning);
        Assert.Equal(2, problem.Line);
    }

    [Fact]
    public void Parse_NotUtf8_IsReported()
    {
        RuleSource source = RuleSource.Parse([.. ":allow,A=\""u8, 0xFF, .. "\"\n"u8]);

        Assert.Equal((1, "is not UTF-8"), (source.Problems[0].Line, source.Problems[0].Message));
    }

    [Fact]
    public void Parse_AddressGivenTwice_IsPointedOut()
    {
        RuleSource source = Parse("192.0.2.1:deny\n192.0.2.0-3:allow\n");

        RuleProblem problem = Assert.Single(source.Problems);
        Assert.True(problem.IsWarning);
        Assert.Equal("line 1 has 192.0.2.1 already, and the first counts", problem.Message);
    }

    [Theory]
    [InlineData(":deny", "D\0")]
    [InlineData(":allow", "")]
    [InlineData(":allow,A=\"x\",B=\"\"", "+A=x\0+B=\0")]
    [InlineData(":deny,A=\"x\"", "D\0+A=x\0")]
    public void Record_IsThatOfTcprules_AndReadBack(string line, string expected)
    {
        RuleText text = Parse(line).Rules[0].Text;
        byte[] record = text.Encode();

        Assert.Equal(expected, Encoding.UTF8.GetString(record));
        RuleText read = RuleText.TryDecode(record)!;
        Assert.Equal(text.IsDenied, read.IsDenied);
        Assert.Equal(text.Variables, read.Variables);
    }

    [Theory]
    [InlineData("D")]
    [InlineData("\0")]
    [InlineData("X\0")]
    [InlineData("+A\0")]
    [InlineData("+=x\0")]
    [InlineData("+A=x")]
    public void Record_OfAnotherKind_IsNotRead(string record) => Assert.Null(RuleText.TryDecode(Encoding.UTF8.GetBytes(record)));

    // Whatever bytes an operator's editor leaves there: problems, never an exception.
    [Fact]
    public void Parse_RandomBytes_NeverThrows()
    {
        Random random = new(7);
        byte[] alphabet = [.. "0123456789.:-/=@,allowdeny\"\n# _^\0"u8, 0xC3, 0xBC];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] file = new byte[random.Next(60)];
            for (int j = 0; j < file.Length; j++)
            {
                file[j] = alphabet[random.Next(alphabet.Length)];
            }

            Assert.NotNull(RuleSource.Parse(file));
            RuleText.TryDecode(file);
            RuleAddress.IsReachable(file);
        }
    }

    private static RuleSource Parse(string text) => RuleSource.Parse(Encoding.UTF8.GetBytes(text));
}
