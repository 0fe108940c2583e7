using System.DirectoryServices.Protocols;
using System.Net;
using System.Text;
using EdgeSmtp.Filters.Recipients.Ldap;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Toolkit.Recipients;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Recipients;

/// <summary>Our client beside the one of .NET, which stands on libldap: both ask the same server the same, ours with values in a tree, the other with escapes in a text.</summary>
public sealed class LdapOracleTests
{
    private static readonly string[] Addresses =
    [
        "alice@example.test", "bob@example.test", "team@example.test", "nobody@example.test", "st*r@example.test", "pa(r)en@example.test", "back\\slash@example.test",
        "jos\u00e9@example.test", "*@example.test", "a*@example.test", "*)(uid=*@example.test", "(|(uid=*))@example.test", "al\\2a@example.test", " alice@example.test", "ALICE@example.test",
    ];

    [Theory]
    [InlineData("(cn={address})")]
    [InlineData("(|(mail={address})(cn={address}))")]
    [InlineData("(&(objectClass=inetOrgPerson)(!(cn={address})))")]
    [InlineData("(cn=*{address})")]
    [InlineData("(cn={address}*)")]
    [InlineData("(&(cn=*{local}*@*{domain})(sn=*))")]
    [InlineData("(uid:caseExactMatch:={local})")]
    [InlineData("(ou:dn:={local})")]
    [InlineData("(uid~={local})")]
    [InlineData("(&(uid>={local})(uid<={local}))")]
    [InlineData("(cn=\\73\\74\\2a{address})")]
    public async Task Find_AnyAddress_AnswersAsTheLibraryDoes(string filter)
    {
        await using Slapd server = await Slapd.StartAsync();
        await using LdapBackend backend = (LdapBackends.Anonymous(server.Port) with { Filter = filter }).Make();
        using LdapConnection library = new(new LdapDirectoryIdentifier("127.0.0.1", server.Port), new NetworkCredential(Slapd.ReaderDn, Slapd.ReaderPassword), AuthType.Basic);
        library.SessionOptions.ProtocolVersion = 3;
        library.Bind();
        foreach (string address in Addresses)
        {
            string text = Escaped(filter, address);
            SearchResponse response = (SearchResponse)library.SendRequest(new SearchRequest(Slapd.People, text, SearchScope.Subtree, "1.1"));
            RecipientAnswerKind expected = response.Entries.Count > 0 ? RecipientAnswerKind.Known : RecipientAnswerKind.Unknown;
            Assert.True(expected == (await backend.FindAsync(address)).Kind, $"{text} gives {response.Entries.Count} entries, we say otherwise");
        }
    }

    // RFC 4515 §3, each octet escaped.
    private static string Escaped(string filter, string address)
    {
        int at = address.LastIndexOf('@');
        return filter
            .Replace("{address}", Escaped(address), StringComparison.Ordinal)
            .Replace("{local}", Escaped(at < 0 ? address : address[..at]), StringComparison.Ordinal)
            .Replace("{domain}", Escaped(at < 0 ? "" : address[(at + 1)..]), StringComparison.Ordinal);
    }

    private static string Escaped(string value) => string.Concat(Encoding.UTF8.GetBytes(value).Select(static octet => $"\\{octet:x2}"));
}
