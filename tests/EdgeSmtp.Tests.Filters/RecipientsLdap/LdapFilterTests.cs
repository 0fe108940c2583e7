using System.Formats.Asn1;
using System.Text;
using EdgeSmtp.Filters.Recipients.Ldap;
using Xunit;

namespace EdgeSmtp.Tests.Filters.RecipientsLdap;

public sealed class LdapFilterTests
{
    // Octets by hand from RFC 4511 §4.5.1.7 and its appendix B.
    [Theory]
    [InlineData("(a=b)", "A306 040161 040162")]
    [InlineData("(a>=b)", "A506 040161 040162")]
    [InlineData("(a<=b)", "A606 040161 040162")]
    [InlineData("(a~=b)", "A806 040161 040162")]
    [InlineData("(a=*)", "8701 61")]
    [InlineData("(a=)", "A305 040161 0400")]
    [InlineData("(a=x*)", "A408 040161 3003 800178")]
    [InlineData("(a=*x)", "A408 040161 3003 820178")]
    [InlineData("(a=*x*)", "A408 040161 3003 810178")]
    [InlineData("(a=x*y*z)", "A40E 040161 3009 800178 810179 82017A")]
    [InlineData("(a=x**z)", "A40B 040161 3006 800178 82017A")]
    [InlineData("(!(a=b))", "A208 A306040161040162")]
    [InlineData("(&(a=b)(c=*))", "A00B A306040161040162 870163")]
    [InlineData("(|(a=b))", "A108 A306040161040162")]
    [InlineData("(a:=b)", "A906 820161 830162")]
    [InlineData("(a:dn:=b)", "A909 820161 830162 8401FF")]
    [InlineData("(a:1.2:=b)", "A90B 8103312E32 820161 830162")]
    [InlineData("(a:dn:1.2:=b)", "A90E 8103312E32 820161 830162 8401FF")]
    [InlineData("(:1.2:=b)", "A908 8103312E32 830162")]
    [InlineData("(:dn:1.2:=b)", "A90B 8103312E32 830162 8401FF")]
    [InlineData("(a;x-y=b)", "A30A 0405613B782D79 040162")]
    [InlineData("(a=\\2a\\28\\29\\5c\\00)", "A30A 040161 04052A28295C00")]
    [InlineData("(a=\u00e4)", "A307 040161 0402C3A4")]
    public void Write_Filter_GivesTheOctetsOfTheProtocol(string filter, string octets) => Assert.Equal(octets.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexString(Encode(filter, "")));

    [Theory]
    [InlineData("(mail={address})", "joe@example.com", "(mail=joe@example.com)")]
    [InlineData("(|(mail={address})(proxyAddresses=smtp:{address}))", "joe@example.com", "(|(mail=joe@example.com)(proxyAddresses=smtp:joe@example.com))")]
    [InlineData("(&(uid={local})(associatedDomain={domain})(!(status=off)))", "joe@example.com", "(&(uid=joe)(associatedDomain=example.com)(!(status=off)))")]
    [InlineData("(mail={local}*@{domain})", "joe@example.com", "(mail=joe*@example.com)")]
    [InlineData("(uid={local})", "a@b@example.com", "(uid=a@b)")]
    [InlineData("(cn:dn:2.4.6.8.10:={local})", "joe@example.com", "(cn:dn:2.4.6.8.10:=joe)")]
    [InlineData("(o=\\7b{domain}\\7d)", "j@e", "(o=\\7be\\7d)")]
    [InlineData("(mail={address})", "*)(uid=*@example.com", "(mail=\\2a\\29\\28uid=\\2a@example.com)")]
    [InlineData("(mail={address})", "\\2a@example.com", "(mail=\\5c2a@example.com)")]
    [InlineData("(mail={address})", "a\0b@example.com", "(mail=a\\00b@example.com)")]
    [InlineData("(mail={address})", "{domain}@example.com", "(mail=\\7bdomain\\7d@example.com)")]
    [InlineData("(mail={address})", "j\u00f6@example.com", "(mail=j\\c3\\b6@example.com)")]
    [InlineData("(mail={address})", "\ud83d\ude00@example.com", "(mail=\\f0\\9f\\98\\80@example.com)")]
    public void Write_Address_IsWhatTheEscapedTextIs(string template, string address, string text) => Assert.Equal(Encode(text, ""), Encode(template, address));

    [Fact]
    public void Write_EveryCharacter_StaysInItsValue()
    {
        for (int code = 0; code < 0x3000; code++)
        {
            string address = $"a{(char)code}b@example.com";
            AsnReader reader = new(Encode("(mail={address})", address), AsnEncodingRules.DER);
            AsnReader equality = reader.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 3, isConstructed: true));
            Assert.Equal("mail"u8.ToArray(), equality.ReadOctetString());
            Assert.Equal(address, Encoding.UTF8.GetString(equality.ReadOctetString()));
            equality.ThrowIfNotEmpty();
            reader.ThrowIfNotEmpty();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("mail={address}")]
    [InlineData("(mail={address}")]
    [InlineData("(mail={address}))")]
    [InlineData("((mail={address}))")]
    [InlineData("()")]
    [InlineData("(&)")]
    [InlineData("(!(mail={address})(uid=x))")]
    [InlineData("({address}=x)")]
    [InlineData("(mail={adress})")]
    [InlineData("(mail={address)")]
    [InlineData("(mail=address})")]
    [InlineData("(mail=\\2{address})")]
    [InlineData("(mail=\\zz)")]
    [InlineData("(mail=\\)")]
    [InlineData("(mail=({address}))")]
    [InlineData("(=x)")]
    [InlineData("(-a=x)")]
    [InlineData("(mail{address})")]
    [InlineData("(mail>{address})")]
    [InlineData("(mail:>={address})")]
    [InlineData("(mail>=a*)")]
    [InlineData("(cn:dn={address})")]
    [InlineData("(:=x)")]
    [InlineData("(:dn:=x)")]
    [InlineData("(cn:dn:a:b:=x)")]
    [InlineData("(cn:a:b:=x)")]
    [InlineData("(cn::=x)")]
    public void TryParse_WrongFilter_SaysWhatIsWrong(string filter)
    {
        Assert.False(LdapFilterParser.TryParse(filter, out _, out string? error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void TryParse_EndedAnywhere_IsRefused()
    {
        const string Whole = "(&(|(mail={address})(cn:dn:1.2:={local}))(!(a>=\\2a))(b=x*y)(c=*))";
        Assert.True(LdapFilterParser.TryParse(Whole, out _, out _));
        for (int end = 0; end < Whole.Length; end++)
        {
            Assert.False(LdapFilterParser.TryParse(Whole[..end], out _, out _));
        }
    }

    [Fact]
    public void TryParse_DeepNesting_IsRefusedNotOverflown()
    {
        Assert.True(LdapFilterParser.TryParse(Nested(32), out _, out _));
        Assert.False(LdapFilterParser.TryParse(Nested(33), out _, out string? error));
        Assert.Contains("nested", error, StringComparison.Ordinal);
        Assert.False(LdapFilterParser.TryParse(new string('(', 3_000), out _, out _));
    }

    private static string Nested(int depth) => string.Concat(Enumerable.Repeat("(!", depth)) + "(a=b)" + new string(')', depth);

    private static byte[] Encode(string filter, string address)
    {
        Assert.True(LdapFilterParser.TryParse(filter, out LdapFilterNode? node, out string? error), error);
        AsnWriter writer = new(AsnEncodingRules.DER);
        node.Write(writer, address);
        return writer.Encode();
    }
}
