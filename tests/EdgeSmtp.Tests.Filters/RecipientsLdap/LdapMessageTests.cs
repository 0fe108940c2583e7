using System.Formats.Asn1;
using EdgeSmtp.Filters.Recipients.Ldap;
using Xunit;

namespace EdgeSmtp.Tests.Filters.RecipientsLdap;

public sealed class LdapMessageTests
{
    private const string BindSucceeded = "300C 020101 6107 0A0100 0400 0400";
    private const string Refused = "3012 020101 610D 0A0131 0400 0406 6E6F00790A21";
    private const string Entry = "3009 020102 6404 0400 3000";
    private const string Reference = "3009 020102 7304 0402 6C3A";
    private const string Done = "300C 020102 6507 0A0100 0400 0400";
    private const string Disconnect = "3024 020100 781F 0A0134 0400 0400 8A16 312E332E362E312E342E312E313436362E3230303336";

    [Fact]
    public void Bind_NameAndPassword_GivesTheOctetsOfTheProtocol() =>
        Assert.Equal(Plain("300E 020101 6009 020103 040164 800170"), Convert.ToHexString(LdapRequests.Bind(1, "d", "p")));

    [Fact]
    public void Search_Address_GivesTheOctetsOfTheProtocol()
    {
        Assert.True(LdapFilterParser.TryParse("(a={address})", out LdapFilterNode? filter, out _));
        const string Expected = "3026 020102 6321 040162 0A0102 0A0100 020102 020105 0101FF A306 040161 040178 3005 0403 312E31";
        Assert.Equal(Plain(Expected), Convert.ToHexString(LdapRequests.Search(2, "b", LdapScope.Subtree, 5, filter, "x")));
    }

    [Fact]
    public void StartTlsAndUnbind_GiveTheOctetsOfTheProtocol()
    {
        Assert.Equal(Plain("301D 020101 7718 8016 312E332E362E312E342E312E313436362E3230303337"), Convert.ToHexString(LdapRequests.StartTls(1)));
        Assert.Equal(Plain("3005 020103 4200"), Convert.ToHexString(LdapRequests.Unbind(3)));
    }

    [Theory]
    [InlineData(BindSucceeded, 1, LdapReply.BindResponse, 0, "")]
    [InlineData(Refused, 1, LdapReply.BindResponse, 49, "no y !")]
    [InlineData(Entry, 2, LdapReply.SearchEntry, 0, "")]
    [InlineData(Reference, 2, LdapReply.SearchReference, 0, "")]
    [InlineData(Done, 2, LdapReply.SearchDone, 0, "")]
    [InlineData(Disconnect, 0, LdapReply.ExtendedResponse, 52, "")]
    [InlineData("300D 020102 6508 0A021000 0400 0400", 2, LdapReply.SearchDone, 4096, "")]
    public void Read_Message_SaysWhatItIs(string octets, int id, int operation, int code, string diagnostic) =>
        Assert.Equal(new LdapReply(id, operation, code, diagnostic), LdapReply.Read(Convert.FromHexString(Plain(octets))));

    [Theory]
    [InlineData("")]
    [InlineData("3000")]
    [InlineData("3003 020101")]
    [InlineData("3005 020101 3000")]
    [InlineData("3005 020101 6500")]
    [InlineData("3005 020101 6400")]
    [InlineData("3007 020101 6402 0400")]
    [InlineData("300C 020102 4507 0A0100 0400 0400")]
    [InlineData("300E 020102 6509 0A03010000 0400 0400")]
    [InlineData("300F 0204FFFFFFFFFF 6507 0A0100 0400")]
    [InlineData(Done + "00")]
    public void Read_SomethingElse_IsRefused(string octets) =>
        Assert.Throws<AsnContentException>(() => LdapReply.Read(Convert.FromHexString(Plain(octets))));

    [Fact]
    public void Read_AnyOctetsChanged_IsReadOrRefused()
    {
        foreach (string message in new[] { BindSucceeded, Refused, Entry, Reference, Done, Disconnect })
        {
            byte[] octets = Convert.FromHexString(Plain(message));
            for (int at = 0; at < octets.Length; at++)
            {
                for (int value = 0; value < 256; value++)
                {
                    byte[] changed = [.. octets];
                    changed[at] = (byte)value;
                    try
                    {
                        LdapReply.Read(changed);
                    }
                    catch (AsnContentException)
                    {
                        // The only way in which it may refuse.
                    }
                }
            }
        }
    }

    private static string Plain(string octets) => octets.Replace(" ", "", StringComparison.Ordinal);
}
