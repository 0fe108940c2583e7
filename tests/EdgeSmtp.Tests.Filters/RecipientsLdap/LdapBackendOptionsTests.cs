using EdgeSmtp.Filters.Recipients.Ldap;
using Xunit;

namespace EdgeSmtp.Tests.Filters.RecipientsLdap;

public sealed class LdapBackendOptionsTests
{
    private static readonly LdapBackendOptions Good = new() { Servers = ["ldap.example.com"], BaseDn = "dc=example,dc=com" };

    public static TheoryData<string, bool> Cases => [.. Options().Select(static option => (option.Name, option.Valid))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Validate_Options_AreTakenOrNot(string name, bool valid) =>
        Assert.Equal(valid, OptionsOf.AreValid(Options().Single(option => option.Name == name).Value));

    [Fact]
    public void ToString_Options_TellsNoPassword() =>
        Assert.DoesNotContain("hunter2", (Good with { BindDn = "cn=edge", Password = "hunter2" }).ToString(), StringComparison.Ordinal);

    private static IEnumerable<(string Name, bool Valid, LdapBackendOptions Value)> Options() =>
    [
        ("the least", true, Good),
        ("no server", false, Good with { Servers = [] }),
        ("eight servers", true, Good with { Servers = [.. Enumerable.Repeat("a", 8)] }),
        ("nine servers", false, Good with { Servers = [.. Enumerable.Repeat("a", 9)] }),
        ("a server with a blank", false, Good with { Servers = ["a b"] }),
        ("no base", false, Good with { BaseDn = "" }),
        ("a wrong filter", false, Good with { Filter = "(mail={address}" }),
        ("a bind", true, Good with { BindDn = "cn=edge", Password = "x" }),
        ("a bind with a file", true, Good with { BindDn = "cn=edge", PasswordPath = "/run/secrets/ldap" }),
        ("a name without password", false, Good with { BindDn = "cn=edge" }),
        ("an empty password", false, Good with { BindDn = "cn=edge", Password = "" }),
        ("a password without name", false, Good with { Password = "x" }),
        ("two passwords", false, Good with { BindDn = "cn=edge", Password = "x", PasswordPath = "/run/secrets/ldap" }),
        ("no connection", false, Good with { ConnectionsMax = 0 }),
        ("one connection", true, Good with { ConnectionsMax = 1 }),
        ("64 connections", true, Good with { ConnectionsMax = 64 }),
        ("65 connections", false, Good with { ConnectionsMax = 65 }),
        ("the shortest pause", true, Good with { ServerPause = TimeSpan.FromMilliseconds(100) }),
        ("a shorter pause", false, Good with { ServerPause = TimeSpan.FromMilliseconds(99) }),
        ("the longest pause", true, Good with { ServerPause = TimeSpan.FromHours(1) }),
        ("a longer pause", false, Good with { ServerPause = TimeSpan.FromHours(1) + TimeSpan.FromTicks(1) }),
    ];
}
