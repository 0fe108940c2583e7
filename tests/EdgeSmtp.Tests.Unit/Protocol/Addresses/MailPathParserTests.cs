using EdgeSmtp.Protocol.Addresses;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Addresses;

public sealed class MailPathParserTests
{
    [Theory]
    [InlineData("joe@example.com", "joe", "example.com", "example.com")]
    [InlineData("JOE@Example.COM", "JOE", "Example.COM", "example.com")]
    [InlineData("a.b+c@d", "a.b+c", "d", "d")]
    [InlineData("!#$%&'*+-/=?^_`{|}~@d.example", "!#$%&'*+-/=?^_`{|}~", "d.example", "d.example")]
    [InlineData("user%other@d.example", "user%other", "d.example", "d.example")]
    [InlineData("host!user@d.example", "host!user", "d.example", "d.example")]
    [InlineData("\"a@b\"@d.example", "\"a@b\"", "d.example", "d.example")]
    [InlineData("\"a b\"@d.example", "\"a b\"", "d.example", "d.example")]
    [InlineData("\"a\\\"b\"@d.example", "\"a\\\"b\"", "d.example", "d.example")]
    [InlineData("\"\"@d.example", "\"\"", "d.example", "d.example")]
    [InlineData("a@d.example.", "a", "d.example.", "d.example")]
    [InlineData("a@sub_domain.example", "a", "sub_domain.example", "sub_domain.example")]
    [InlineData("a@[192.0.2.1]", "a", "[192.0.2.1]", "[192.0.2.1]")]
    [InlineData("a@[IPv6:2001:DB8:0::1]", "a", "[IPv6:2001:DB8:0::1]", "[IPv6:2001:db8::1]")]
    [InlineData("a@[ipv6:::ffff:192.0.2.1]", "a", "[ipv6:::ffff:192.0.2.1]", "[192.0.2.1]")]
    [InlineData("@relay.example:joe@d.example", "joe", "d.example", "d.example")]
    [InlineData("@a.example,@b.example,@[192.0.2.7],@[IPv6:::1]:joe@d.example", "joe", "d.example", "d.example")]
    [InlineData("Postmaster", "Postmaster", "", "")]
    [InlineData("", "", "", "")]
    public void TryParse_Rfc5321Section4_1_2_IsTaken(string text, string local, string domain, string aLabel)
    {
        Assert.Equal(PathError.None, MailPathParser.TryParse(Bytes.Of(text), allowUtf8: false, out MailPath path));
        Assert.Equal(local, Bytes.Text(path.LocalPart));
        Assert.Equal(domain, Bytes.Text(path.Domain));
        Assert.Equal(aLabel, path.DomainALabel);
        Assert.True(path.IsAscii);
    }

    [Theory]
    [InlineData("joe", PathError.Syntax)]
    [InlineData("postmasters", PathError.Syntax)]
    [InlineData("@", PathError.Syntax)]
    [InlineData("@d.example", PathError.Syntax)]
    [InlineData("@d.example:", PathError.Syntax)]
    [InlineData("joe@", PathError.Syntax)]
    [InlineData("a@b@d", PathError.Syntax)]
    [InlineData("a@b@", PathError.Syntax)]
    [InlineData(".a@d", PathError.Syntax)]
    [InlineData("a.@d", PathError.Syntax)]
    [InlineData("a..b@d", PathError.Syntax)]
    [InlineData("a b@d", PathError.Syntax)]
    [InlineData("a<b@d", PathError.Syntax)]
    [InlineData("a\\b@d", PathError.Syntax)]
    [InlineData("\"a@d", PathError.Syntax)]
    [InlineData("\"a\"b@d", PathError.Syntax)]
    [InlineData("a\"b\"@d", PathError.Syntax)]
    [InlineData("\"a\\", PathError.Syntax)]
    [InlineData("\"a\\\u0001\"@d", PathError.Syntax)]
    [InlineData("a\rb@d", PathError.Syntax)]
    [InlineData("a\nb@d", PathError.Syntax)]
    [InlineData("a\0b@d", PathError.Syntax)]
    [InlineData("\"a\rb\"@d", PathError.Syntax)]
    [InlineData("\"a\\\nb\"@d", PathError.Syntax)]
    [InlineData("\"a\tb\"@d", PathError.Syntax)]
    [InlineData("a\u007f@d", PathError.Syntax)]
    [InlineData("a@d\r\nRCPT", PathError.InvalidDomain)]
    [InlineData("a@d e", PathError.InvalidDomain)]
    [InlineData("a@-d.example", PathError.InvalidDomain)]
    [InlineData("a@d-.example", PathError.InvalidDomain)]
    [InlineData("a@.example", PathError.InvalidDomain)]
    [InlineData("a@d..example", PathError.InvalidDomain)]
    [InlineData("a@d.example..", PathError.InvalidDomain)]
    [InlineData("a@.", PathError.InvalidDomain)]
    [InlineData("a@#12345", PathError.InvalidDomain)]
    [InlineData("a@[]", PathError.InvalidAddressLiteral)]
    [InlineData("a@[192.0.2.1", PathError.InvalidAddressLiteral)]
    [InlineData("a@[192.0.2.256]", PathError.InvalidAddressLiteral)]
    [InlineData("a@[x400:foo]", PathError.InvalidAddressLiteral)]
    [InlineData("a@[192.0.2.1]x", PathError.InvalidAddressLiteral)]
    [InlineData("@a.example:@b.example:c@d", PathError.Syntax)]
    [InlineData("@a.example,b.example:c@d", PathError.Syntax)]
    [InlineData("@a.example,:c@d", PathError.Syntax)]
    [InlineData("@-a:c@d", PathError.InvalidDomain)]
    [InlineData("@a.example c@d", PathError.Syntax)]
    [InlineData("\u00fc@d", PathError.Utf8NotAllowed)]
    [InlineData("a@\u00fc.example", PathError.Utf8NotAllowed)]
    public void TryParse_EverythingElse_IsRefused(string text, PathError error)
    {
        Assert.Equal(error, MailPathParser.TryParse(Bytes.Of(text), allowUtf8: false, out MailPath path));
        Assert.True(path.IsNull);
    }

    [Theory]
    [InlineData("j\u00f6rg@example.com", "example.com")]
    [InlineData("joe@b\u00fccher.example", "xn--bcher-kva.example")]
    [InlineData("joe@B\u00dcCHER.Example.", "xn--bcher-kva.example")]
    [InlineData("\u7528\u6237@\u4f8b\u3048.example", "xn--r8jz45g.example")]
    [InlineData("\"\u00fc x\"@d.example", "d.example")]
    public void TryParse_Utf8WhereAllowed_GivesALabels(string text, string aLabel)
    {
        Assert.Equal(PathError.None, MailPathParser.TryParse(Bytes.Utf8(text), allowUtf8: true, out MailPath path));
        Assert.Equal(aLabel, path.DomainALabel);
        Assert.False(path.IsAscii);
        Assert.Equal(text, path.ToString());
        Assert.Equal(PathError.Utf8NotAllowed, MailPathParser.TryParse(Bytes.Utf8(text), allowUtf8: false, out _));
    }

    [Theory]
    [InlineData("a\u00ff@d", PathError.InvalidUtf8)]
    [InlineData("a\u00c0\u0080@d", PathError.InvalidUtf8)]
    [InlineData("a\u00ed\u00a0\u0080@d", PathError.InvalidUtf8)]
    [InlineData("a\u00c2\u0085@d", PathError.InvalidUtf8)]
    [InlineData("a\u00e2\u0080\u00a8b@d", PathError.InvalidUtf8)]
    [InlineData("a@\u00ff.example", PathError.InvalidUtf8)]
    public void TryParse_BrokenOrControlUtf8_IsRefused(string bytes, PathError error) =>
        Assert.Equal(error, MailPathParser.TryParse(Bytes.Of(bytes), allowUtf8: true, out _));

    [Theory]
    [InlineData(64, PathError.None)]
    [InlineData(63, PathError.None)]
    [InlineData(65, PathError.LocalPartTooLong)]
    public void TryParse_LocalPartAroundItsLimit_Rfc5321Section4_5_3_1_1(int length, PathError error) =>
        Assert.Equal(error, MailPathParser.TryParse(Bytes.Of(new string('a', length) + "@d.example"), allowUtf8: false, out _));

    [Theory]
    [InlineData(253, PathError.None)]
    [InlineData(254, PathError.None)]
    [InlineData(255, PathError.PathTooLong)]
    public void TryParse_PathAroundItsLimit_Rfc5321Section4_5_3_1_3(int length, PathError error)
    {
        string path = "a@" + Domain(length - 2);
        Assert.Equal(length, path.Length);
        Assert.Equal(error, MailPathParser.TryParse(Bytes.Of(path), allowUtf8: false, out _));
    }

    [Fact]
    public void TryParse_SourceRoute_CountsForThePathLimit() =>
        Assert.Equal(PathError.PathTooLong, MailPathParser.TryParse(Bytes.Of("@" + Domain(250) + ":a@d"), allowUtf8: false, out _));

    [Theory]
    [InlineData("<joe@d.example>", "", "joe@d.example")]
    [InlineData("<joe@d.example> SIZE=1 BODY=7BIT", "SIZE=1 BODY=7BIT", "joe@d.example")]
    [InlineData("<joe@d.example>   SIZE=1", "SIZE=1", "joe@d.example")]
    [InlineData("<\"a>b\"@d.example> X", "X", "\"a>b\"@d.example")]
    [InlineData("<\"a\\\">b\"@d.example>", "", "\"a\\\">b\"@d.example")]
    [InlineData("<@a.example:joe@d.example>", "", "joe@d.example")]
    [InlineData("<>", "", "")]
    public void TryParseReverse_BracketsAndRest_AreTakenApart(string argument, string rest, string mailbox)
    {
        Assert.Equal(PathError.None, MailPathParser.TryParseReverse(Bytes.Of(argument), false, out MailPath path, out ReadOnlySpan<byte> left));
        Assert.Equal(rest, Bytes.Text(left));
        Assert.Equal(mailbox, path.ToString());
    }

    [Theory]
    [InlineData("joe@d.example")]
    [InlineData("<joe@d.example")]
    [InlineData("joe@d.example>")]
    [InlineData("<joe@d.example>x")]
    [InlineData("<joe@d.example>>")]
    [InlineData("<<joe@d.example>>")]
    [InlineData("<\"joe>@d.example")]
    [InlineData("")]
    [InlineData("<")]
    [InlineData("< joe@d.example>")]
    [InlineData("<joe@d.example >")]
    [InlineData("<postmaster>")]
    public void TryParseReverse_WithoutProperBrackets_IsRefused(string argument)
    {
        Assert.NotEqual(PathError.None, MailPathParser.TryParseReverse(Bytes.Of(argument), false, out MailPath path, out _));
        Assert.True(path.IsNull);
    }

    [Theory]
    [InlineData("<Postmaster>", PathError.None)]
    [InlineData("<POSTMASTER>", PathError.None)]
    [InlineData("<postmaster@d.example>", PathError.None)]
    [InlineData("<>", PathError.Syntax)]
    [InlineData("<root>", PathError.Syntax)]
    public void TryParseForward_Postmaster_NeedsNoDomain(string argument, PathError error) =>
        Assert.Equal(error, MailPathParser.TryParseForward(Bytes.Of(argument), false, out _, out _));

    [Theory]
    [InlineData("\"joe\"@d.example", "joe@d.example")]
    [InlineData("\"j\\oe\"@d.example", "JOE@D.example.")]
    [InlineData("\"a b\"@d.example", "\"a\\ b\"@d.example")]
    [InlineData("a@[IPv6:2001:db8::1]", "a@[IPv6:2001:DB8:0:0:0:0:0:1]")]
    [InlineData("@x.example:a@d.example", "a@d.example")]
    public void Equals_OneMailboxInTwoForms_IsEqual(string one, string other)
    {
        Assert.Equal(PathError.None, MailPathParser.TryParse(Bytes.Of(one), false, out MailPath first));
        Assert.Equal(PathError.None, MailPathParser.TryParse(Bytes.Of(other), false, out MailPath second));
        Assert.Equal(first.Key, second.Key);
        Assert.Equal(first, second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
    }

    [Theory]
    [InlineData("\"a@b\"@d.example", "a@b.d.example")]
    [InlineData("\"a b\"@d.example", "ab@d.example")]
    [InlineData("\".a\"@d.example", "a@d.example")]
    [InlineData("a@d.example", "a@e.example")]
    public void Equals_TwoMailboxes_IsNot(string one, string other)
    {
        Assert.Equal(PathError.None, MailPathParser.TryParse(Bytes.Of(one), false, out MailPath first));
        Assert.Equal(PathError.None, MailPathParser.TryParse(Bytes.Of(other), false, out MailPath second));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void TryParse_RandomText_NeverThrowsAndKeepsItsPromises()
    {
        string[] parts = ["a", "@", ".", "\"", "\\", "<", ">", "[", "]", ":", ",", "d.example", "IPv6:", "::1", "1.2.3.4", "\u00c3\u00bc", "\u00ff", "\r", "\n", "\0", " ", "-", "_", "%", "!", "xn--", "postmaster"];
        Random random = new(31);
        int taken = 0;
        for (int round = 0; round < 100_000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => parts[random.Next(parts.Length)]));
            PathError error = MailPathParser.TryParse(Bytes.Of(text), allowUtf8: true, out MailPath path);
            if (error != PathError.None)
            {
                Assert.True(path.IsNull);
                continue;
            }

            taken++;
            Assert.True(path.Bytes.Span.IndexOfAnyInRange((byte)0, (byte)0x1F) < 0);
            Assert.True(path.IsNull || path.LocalPart.Length > 0);
            // What was taken once is taken again, and names the same mailbox.
            Assert.Equal(PathError.None, MailPathParser.TryParse(path.Bytes.Span, allowUtf8: true, out MailPath again));
            Assert.Equal(path, again);
            // The key is itself a path, and the key of itself.
            Assert.Equal(PathError.None, MailPathParser.TryParse(Bytes.Utf8(path.Key), allowUtf8: true, out MailPath key));
            Assert.Equal(path.Key, key.Key);
        }

        Assert.True(taken > 500);
    }

    /// <summary>A domain of so many bytes, in labels of at most 63.</summary>
    private static string Domain(int length)
    {
        System.Text.StringBuilder domain = new();
        while (domain.Length < length) domain.Append(domain.Length % 50 == 49 && domain.Length < length - 1 ? '.' : 'd');
        return domain.ToString();
    }
}
