using EdgeSmtp.Filters.Recipients.Ldap;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Recipients;

/// <summary>Protected connections to a real directory.</summary>
public sealed class LdapTlsTests
{
    [Theory]
    [InlineData(LdapTls.Ldaps)]
    [InlineData(LdapTls.StartTls)]
    public async Task Find_CertificateOfOurCa_IsTaken(LdapTls tls)
    {
        await using Slapd server = await Slapd.StartAsync(withTls: true, directives: "security ssf=128 update_ssf=128\n");
        await using LdapBackend backend = (Options(server, tls) with { BindDn = Slapd.ReaderDn, Password = Slapd.ReaderPassword }).Make();
        await backend.KnowsAsync("alice@example.test");
        await backend.DoesNotKnowAsync("nobody@example.test");
    }

    [Fact]
    public async Task Find_InClear_IsRefusedByAServerThatWantsTls()
    {
        await using Slapd server = await Slapd.StartAsync(withTls: true, directives: "security ssf=128 update_ssf=128\n");
        await using LdapBackend backend = LdapBackends.Bound(server.Port).Make();
        await backend.CannotTellAsync("alice@example.test");
    }

    [Theory]
    [InlineData(LdapTls.Ldaps)]
    [InlineData(LdapTls.StartTls)]
    public async Task Find_CertificateOfAStranger_IsRefused(LdapTls tls)
    {
        await using Slapd server = await Slapd.StartAsync(withTls: true);
        await using LdapBackend backend = (Options(server, tls) with { CaPath = null }).Make();
        Assert.Contains("certificate", await backend.CannotTellAsync("alice@example.test"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LdapTls.Ldaps)]
    [InlineData(LdapTls.StartTls)]
    public async Task Find_CertificateOfAnotherName_IsRefused(LdapTls tls)
    {
        await using Slapd server = await Slapd.StartAsync(withTls: true);
        int port = tls == LdapTls.Ldaps ? server.TlsPort : server.Port;
        await using LdapBackend backend = (Options(server, tls) with { Servers = [$"localhost:{port}"] }).Make();
        Assert.Contains("RemoteCertificateNameMismatch", await backend.CannotTellAsync("alice@example.test"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_StartTlsThatIsNotOffered_NeverGoesOnInClear()
    {
        await using Slapd server = await Slapd.StartAsync();
        await using LdapBackend backend = (LdapBackends.Bound(server.Port) with { Tls = LdapTls.StartTls }).Make();
        await backend.CannotTellAsync("alice@example.test");
    }

    [Fact]
    public async Task Find_StartTlsWithoutAnonymousBind_StillWorks()
    {
        await using Slapd server = await Slapd.StartAsync(withTls: true, directives: "disallow bind_anon\n");
        await using LdapBackend backend = (Options(server, LdapTls.StartTls) with { BindDn = Slapd.ReaderDn, Password = Slapd.ReaderPassword }).Make();
        await backend.KnowsAsync("alice@example.test");
    }

    [Fact]
    public async Task Find_ServerSilentInHandshake_AsksTheNext()
    {
        await using FakeServer silent = FakeServer.Silent();
        await using Slapd server = await Slapd.StartAsync(withTls: true);
        LdapBackendOptions options = Options(server, LdapTls.Ldaps) with
        {
            Servers = [$"127.0.0.1:{silent.Port}", $"127.0.0.1:{server.TlsPort}"],
            ConnectionsMax = 1,
            Timeout = TimeSpan.FromSeconds(2),
        };
        await using LdapBackend backend = options.Make();
        await backend.KnowsAsync("alice@example.test");
        await backend.DoesNotKnowAsync("nobody@example.test");
    }

    [Fact]
    public async Task Find_CaFileThatIsNotThere_CannotTell()
    {
        await using Slapd server = await Slapd.StartAsync(withTls: true);
        await using LdapBackend backend = (Options(server, LdapTls.StartTls) with { CaPath = "/nonexistent" }).Make();
        Assert.Contains("/nonexistent", await backend.CannotTellAsync("alice@example.test"), StringComparison.Ordinal);
    }

    private static LdapBackendOptions Options(Slapd server, LdapTls tls) =>
        LdapBackends.Anonymous(tls == LdapTls.Ldaps ? server.TlsPort : server.Port) with { Tls = tls, CaPath = server.Ca.File };
}
