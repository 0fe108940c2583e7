using System.Text;
using EdgeSmtp.Filters.Recipients.Ldap;
using Xunit;

namespace EdgeSmtp.Tests.Filters.RecipientsLdap;

public sealed class LdapFilterTemplateTests
{
    [Theory]
    [InlineData("(mail={address})", "joe@example.com", "(mail=joe@example.com)")]
    [InlineData("(|(mail={address})(proxyAddresses=smtp:{address}))", "joe@example.com", "(|(mail=joe@example.com)(proxyAddresses=smtp:joe@example.com))")]
    [InlineData("(&(uid={local})(associatedDomain={domain})(!(status=off)))", "joe@example.com", "(&(uid=joe)(associatedDomain=example.com)(!(status=off)))")]
    [InlineData("(mail={local}*@{domain})", "joe@example.com", "(mail=joe*@example.com)")]
    [InlineData("(mail={address})", "a@b@example.com", "(mail=a@b@example.com)")]
    [InlineData("(uid={local})", "a@b@example.com", "(uid=a@b)")]
    [InlineData("(cn:dn:2.4.6.8.10:={local})", "joe@example.com", "(cn:dn:2.4.6.8.10:=joe)")]
    [InlineData("(x>=1)", "", null)]
    [InlineData("(&(x>=1)(y<=2)(z~=3)(p=*)(mail={address}))", "j@e", "(&(x>=1)(y<=2)(z~=3)(p=*)(mail=j@e))")]
    [InlineData("(o=\\7b{domain}\\7d)", "j@e", "(o=\\7be\\7d)")]
    public void For_Address_FillsTheTemplate(string template, string address, string? filter)
    {
        Assert.Equal(filter is not null, LdapFilterTemplate.TryParse(template, out LdapFilterTemplate? parsed, out _));
        Assert.Equal(filter, parsed?.For(address));
    }

    // RFC 4515 §3: these four and NUL must be escaped; that everything else that is not plain is, too, does no harm.
    [Theory]
    [InlineData("*", "\\2a")]
    [InlineData("(", "\\28")]
    [InlineData(")", "\\29")]
    [InlineData("\\", "\\5c")]
    [InlineData("\0", "\\00")]
    [InlineData("*)(uid=*", "\\2a\\29\\28uid\\3d\\2a")]
    [InlineData("j\u00f6", "j\\c3\\b6")]
    [InlineData("\u20ac", "\\e2\\82\\ac")]
    [InlineData("\ud83d\ude00", "\\f0\\9f\\98\\80")]
    [InlineData("\ud83d", "\\ef\\bf\\bd")]
    [InlineData("{domain}", "\\7bdomain\\7d")]
    [InlineData(" a b ", "\\20a\\20b\\20")]
    public void For_SpecialCharacters_AreEscaped(string local, string escaped)
    {
        Assert.True(LdapFilterTemplate.TryParse("(mail={address})", out LdapFilterTemplate? template, out _));
        Assert.Equal($"(mail={escaped}@example.com)", template.For($"{local}@example.com"));
    }

    [Fact]
    public void For_EveryCharacter_LeavesOneValueThatReadsBack()
    {
        Assert.True(LdapFilterTemplate.TryParse("(mail={address})", out LdapFilterTemplate? template, out _));
        for (int code = 0; code < 0x3000; code++)
        {
            string address = $"a{(char)code}b@example.com";
            string value = template.For(address)["(mail=".Length..^1];
            Assert.DoesNotContain(value, static c => c is '(' or ')' or '*' or '\0' or > '~');
            Assert.Equal(address, Unescape(value));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("mail={address}")]
    [InlineData("(mail={address}")]
    [InlineData("(mail={address}))")]
    [InlineData("((mail={address}))")]
    [InlineData("(&)")]
    [InlineData("(!(mail={address})(uid=x))")]
    [InlineData("({address}=x)")]
    [InlineData("(mail={adress})")]
    [InlineData("(mail={address)")]
    [InlineData("(mail=address})(uid={local})")]
    [InlineData("(mail=\\2{address})")]
    [InlineData("(mail=\\zz{address})")]
    [InlineData("(mail=({address}))")]
    [InlineData("(=x{address})")]
    [InlineData("(mail{address})")]
    [InlineData("(mail>{address})")]
    [InlineData("(mail:>={address})")]
    [InlineData("(cn:dn={address})")]
    [InlineData("(mail=alice@example.com)")]
    [InlineData("(mail=%s)")]
    public void TryParse_WrongTemplate_SaysWhatIsWrong(string template)
    {
        Assert.False(LdapFilterTemplate.TryParse(template, out _, out string? error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void TryParse_DeepNesting_IsRefusedNotOverflown()
    {
        string deep = string.Concat(Enumerable.Repeat("(!", 900)) + "(mail={address})" + new string(')', 100);
        Assert.False(LdapFilterTemplate.TryParse(deep, out _, out string? error));
        Assert.Contains("nested", error, StringComparison.Ordinal);
        Assert.False(LdapFilterTemplate.TryParse(new string('(', 3_000), out _, out _));
    }

    private static string Unescape(string value)
    {
        List<byte> octets = [];
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\')
            {
                octets.Add(Convert.ToByte(value.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                octets.Add((byte)value[i]);
            }
        }

        return Encoding.UTF8.GetString([.. octets]);
    }
}
