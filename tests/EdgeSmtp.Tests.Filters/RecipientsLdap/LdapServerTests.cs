using EdgeSmtp.Filters.Recipients.Ldap;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Filters.RecipientsLdap;

public sealed class LdapServerTests
{
    [Theory]
    [InlineData("ldap.example.com", LdapTls.Ldaps, "ldap.example.com:636")]
    [InlineData("ldap.example.com", LdapTls.StartTls, "ldap.example.com:389")]
    [InlineData("ldap.example.com", LdapTls.None, "ldap.example.com:389")]
    [InlineData("ldap.example.com:3269", LdapTls.Ldaps, "ldap.example.com:3269")]
    [InlineData("192.0.2.1:65535", LdapTls.None, "192.0.2.1:65535")]
    [InlineData("[2001:db8::1]", LdapTls.None, "[2001:db8::1]:389")]
    [InlineData("[2001:db8::1]:3389", LdapTls.None, "[2001:db8::1]:3389")]
    public void TryParse_Server_HasHostAndPort(string text, LdapTls tls, string expected)
    {
        Assert.True(LdapServer.TryParse(text, tls, out LdapServer? server));
        Assert.Equal(expected, server.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(":389")]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:-1")]
    [InlineData("host:389 other:389")]
    [InlineData("ldap://host")]
    [InlineData("host/dc=example")]
    [InlineData("2001:db8::1")]
    [InlineData("[2001:db8::1")]
    [InlineData("[192.0.2.1]")]
    [InlineData("[host]")]
    public void TryParse_SomethingElse_IsRefused(string text) => Assert.False(LdapServer.TryParse(text, LdapTls.None, out _));

    [Fact]
    public void InOrder_AfterFailures_TriesThoseLast()
    {
        FakeTimeProvider time = new();
        LdapServer[] servers = [new("a", 389), new("b", 389), new("c", 389)];
        LdapServerList list = new(servers, TimeSpan.FromSeconds(30), time);
        Assert.Equal("abc", Hosts(list));
        list.Pause(servers[0]);
        Assert.Equal("bca", Hosts(list));
        time.Advance(TimeSpan.FromSeconds(10));
        list.Pause(servers[1]);
        Assert.Equal("cab", Hosts(list));
        list.Pause(servers[2]);
        Assert.Equal("abc", Hosts(list));
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal("abc", Hosts(list));
        list.Pause(servers[0]);
        Assert.Equal("abc", Hosts(list));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("bca", Hosts(list));
        Assert.True(list.IsPaused(servers[0]));
        list.Resume(servers[0]);
        Assert.False(list.IsPaused(servers[0]));
        Assert.Equal("abc", Hosts(list));
    }

    private static string Hosts(LdapServerList list) => string.Concat(list.InOrder().Select(static server => server.Host));
}
