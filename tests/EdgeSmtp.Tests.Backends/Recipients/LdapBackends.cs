using EdgeSmtp.Filters.Recipients.Ldap;
using EdgeSmtp.Tests.Backends.Fixtures;

namespace EdgeSmtp.Tests.Backends.Recipients;

/// <summary>Backends for the servers of the tests.</summary>
internal static class LdapBackends
{
    public static LdapBackendOptions Anonymous(params ReadOnlySpan<int> ports) => new()
    {
        Servers = [.. ports.ToArray().Select(static port => $"127.0.0.1:{port}")],
        Tls = LdapTls.None,
        BaseDn = Slapd.People,
    };

    public static LdapBackendOptions Bound(int port) => Anonymous(port) with { BindDn = Slapd.ReaderDn, Password = Slapd.ReaderPassword };

    public static LdapBackend Make(this LdapBackendOptions options) => new(options, TimeProvider.System);
}
