using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Testing.Sessions;
using EdgeSmtp.Toolkit.Patterns;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit;

public sealed class MailPathListTests
{
    [Theory]
    [InlineData("a@b.example", "a@b.example")]
    [InlineData("A@B.Example", "a@b.example")]
    [InlineData("@B.Example", "@b.example")]
    [InlineData("@bücher.example", "@xn--bcher-kva.example")]
    [InlineData("\"a b\"@b.example", "\"a b\"@b.example")]
    [InlineData("@[192.0.2.1]", "@[192.0.2.1]")]
    [InlineData("a@[IPv6:2001:DB8::1]", "a@[IPv6:2001:db8::1]")]
    [InlineData("a*@b.example", null)]
    [InlineData("a@[0-9].example", null)]
    [InlineData("a\\*@b.example", null)]
    [InlineData("a", null)]
    [InlineData("@", null)]
    [InlineData("", null)]
    [InlineData("postmaster", null)]
    public void KeyOf_OneAddressOrDomain(string line, string? key) => Assert.Equal(key, MailPathEntry.KeyOf(line));

    [Theory]
    [InlineData("a@b.example", "@b.example")]
    [InlineData("\"x@y\"@b.example", "@b.example")]
    [InlineData("a@[192.0.2.1]", "@[192.0.2.1]")]
    [InlineData("", "")]
    [InlineData("postmaster", "")]
    public void DomainKeyOf_IsWhatADomainLineHas(string path, string key) => Assert.Equal(key, MailPathEntry.DomainKeyOf(TestPath.Of(path)).ToString());

    [Theory]
    [InlineData("a@B.Example", "a@b.example")]
    [InlineData("A@b.example", "A@b.example")]
    [InlineData("\"a\\\"b c\"@b.example", "a\"b c@b.example")]
    [InlineData("a@bücher.example", "a@xn--bcher-kva.example")]
    [InlineData("jürgen@b.example", "jürgen@b.example")]
    [InlineData("", "")]
    [InlineData("postmaster", "postmaster")]
    public void Text_IsWhatPatternsSee(string path, string text)
    {
        Span<char> target = stackalloc char[MailPathText.LengthMax];
        Assert.Equal(text, target[..MailPathText.Write(TestPath.Of(path), target)].ToString());
    }

    [Fact]
    public void Text_OfTheLongestPath_Fits()
    {
        string path = $"{new string('l', PathLimits.LocalPartBytesMax)}@{string.Join('.', Enumerable.Repeat(new string('d', 46), 4))}";
        Span<char> target = stackalloc char[MailPathText.LengthMax];
        Assert.Equal(path, target[..MailPathText.Write(TestPath.Of(path), target)].ToString());
    }

    // Only patterns can catch the null path, and of those the last that matches it decides.
    [Theory]
    [InlineData("*", "*")]
    [InlineData("*|!", null)]
    [InlineData("!|*", "*")]
    [InlineData("*|!*", null)]
    [InlineData("*|!*@*", "*")]
    [InlineData("@b.example", null)]
    public void FindPattern_NullPath(string lines, string? pattern)
    {
        MailPathList list = MailPathList.Parse(lines.Split('|'), []);
        Assert.Equal(pattern, list.FindPattern(MailPath.Null));
        Assert.Null(list.FindEntry(MailPath.Null));
    }

    [Fact]
    public void Parse_Mistakes_AreAllNamed()
    {
        List<string> errors = [];
        MailPathList.Parse(["@not a domain", "ok@b.example", "[open", ""], errors);
        Assert.Equal(3, errors.Count);
    }
}
