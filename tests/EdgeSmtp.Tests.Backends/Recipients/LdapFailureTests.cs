using EdgeSmtp.Filters.Recipients.Ldap;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Toolkit.Recipients;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Recipients;

/// <summary>A directory that is down, silent or mad, or does not want us: never "unknown".</summary>
[Collection<Alone>]
public sealed class LdapFailureTests
{
    // Time enough for junk to be recognised; what is only silent is cut off here.
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(2);

    // LDAPResult "success" to a bind with message id 1 (RFC 4511 §4.2.2): the client counts from 1.
    private static readonly byte[] BindSucceeds = [0x30, 0x0c, 0x02, 0x01, 0x01, 0x61, 0x07, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00];

    [Fact]
    public async Task Find_WrongPassword_CannotTellAndKeepsItToItself()
    {
        await using Slapd server = await Slapd.StartAsync();
        await using LdapBackend backend = (LdapBackends.Bound(server.Port) with { Password = "not the password" }).Make();
        string why = await backend.CannotTellAsync("alice@example.test");
        Assert.Contains("wrong name or password", why, StringComparison.Ordinal);
        Assert.DoesNotContain("not the password", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_PasswordFileThatIsMended_WorksWithoutAReload()
    {
        using TempFolder folder = new();
        string file = folder.Write("password", "wrong\n");
        await using Slapd server = await Slapd.StartAsync();
        await using LdapBackend backend = (LdapBackends.Bound(server.Port) with { Password = null, PasswordPath = file }).Make();
        await backend.CannotTellAsync("alice@example.test");
        File.WriteAllText(file, Slapd.ReaderPassword + "\n");
        await backend.KnowsAsync("alice@example.test");
        File.Delete(file);
        await backend.KnowsAsync("alice@example.test");
    }

    [Fact]
    public async Task Find_ServerDownAtStart_IsFoundWhenItComesUp()
    {
        await using Slapd server = await Slapd.MakeAsync();
        await using LdapBackend backend = LdapBackends.Anonymous(server.Port).Make();
        Assert.Contains("refused", await backend.CannotTellAsync("alice@example.test"), StringComparison.Ordinal);
        await server.StartAgainAsync();
        await backend.KnowsAsync("alice@example.test");
    }

    [Fact]
    public async Task Find_ServerKilledAndRestarted_ReconnectsUnnoticed()
    {
        await using Slapd server = await Slapd.StartAsync();
        await using LdapBackend backend = LdapBackends.Bound(server.Port).Make();
        await backend.KnowsAsync("alice@example.test");
        await server.KillAsync();
        await backend.CannotTellAsync("alice@example.test");
        await server.StartAgainAsync();
        await backend.KnowsAsync("alice@example.test");
        await server.KillAsync();
        await server.StartAgainAsync();
        await backend.DoesNotKnowAsync("nobody@example.test");
    }

    [Fact]
    public async Task Find_ServerFrozen_CannotTellUntilItThaws()
    {
        await using Slapd server = await Slapd.StartAsync();
        await using LdapBackend backend = (LdapBackends.Anonymous(server.Port) with { ConnectionsMax = 2 }).Make();
        await backend.KnowsAsync("alice@example.test");
        server.Freeze();
        await backend.CannotTellAsync("alice@example.test", TimeSpan.FromMilliseconds(300));
        await backend.CannotTellAsync("bob@example.test", TimeSpan.FromMilliseconds(300));
        server.Thaw();
        await backend.KnowsAsync("alice@example.test");
        await backend.DoesNotKnowAsync("nobody@example.test");
    }

    [Fact]
    public async Task Find_CallerLeavesFrozenServer_GoesAtOnceAndLeavesNothing()
    {
        await using Slapd server = await Slapd.StartAsync();
        int before = Descriptors.Sockets;
        await using (LdapBackend backend = (LdapBackends.Anonymous(server.Port) with { ConnectionsMax = 1 }).Make())
        {
            await backend.KnowsAsync("alice@example.test");
            server.Freeze();
            using CancellationTokenSource leaving = new();
            ValueTask<RecipientAnswer> asked = backend.FindAsync("alice@example.test", leaving.Token);
            ValueTask<RecipientAnswer> queued = backend.FindAsync("bob@example.test", leaving.Token);
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await asked);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await queued);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await backend.FindAsync("bob@example.test", leaving.Token));
            server.Thaw();
            await backend.KnowsAsync("alice@example.test");
        }

        await Until.TrueAsync(() => Descriptors.Sockets == before, Until.Soon, () => $"{Descriptors.Sockets} sockets, {before} before");
    }

    [Fact]
    public async Task Find_FirstServerDown_AsksTheNext()
    {
        await using Slapd down = await Slapd.MakeAsync();
        await using Slapd up = await Slapd.StartAsync();
        await using LdapBackend backend = LdapBackends.Anonymous(down.Port, up.Port).Make();
        await backend.KnowsAsync("alice@example.test");
        await backend.DoesNotKnowAsync("nobody@example.test");
        await up.KillAsync();
        string why = await backend.CannotTellAsync("alice@example.test");
        Assert.Contains($"127.0.0.1:{down.Port}", why, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{up.Port}", why, StringComparison.Ordinal);
        await down.StartAgainAsync();
        await backend.KnowsAsync("alice@example.test");
    }

    [Fact]
    public async Task Find_FirstServerFreezes_AsksTheNextWithinTheDeadline()
    {
        await using Slapd first = await Slapd.StartAsync();
        await using Slapd second = await Slapd.StartAsync();
        await using LdapBackend backend = (LdapBackends.Anonymous(first.Port, second.Port) with { Timeout = TimeSpan.FromSeconds(2), ConnectionsMax = 1 }).Make();
        await backend.KnowsAsync("alice@example.test");
        first.Freeze();
        await backend.KnowsAsync("alice@example.test");
        await backend.DoesNotKnowAsync("nobody@example.test");
    }

    public static TheoryData<string, byte[]> Junk => new()
    {
        { "HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray() },
        { "zeros", new byte[64] },
        { "endless length", [0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x02, 0x01, 0x01] },
        { "half a message", [0x30, 0x0c, 0x02, 0x01] },
        { "nothing", [] },
        { "a message without end", [0x30, 0x80, 0x02, 0x01, 0x01] },
        { "a bind response of another request", [0x30, 0x0c, 0x02, 0x01, 0x07, 0x61, 0x07, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00] },
    };

    [Theory]
    [MemberData(nameof(Junk))]
    public async Task Find_JunkInsteadOfABind_CannotTell(string what, byte[] junk)
    {
        await using FakeServer server = FakeServer.Saying(junk);
        foreach (LdapTls tls in Enum.GetValues<LdapTls>())
        {
            await using LdapBackend backend = (LdapBackends.Anonymous(server.Port) with { Tls = tls, BindDn = "cn=edge", Password = "x" }).Make();
            Assert.True((await backend.CannotTellAsync("alice@example.test", Short)).Length > 0, what);
        }
    }

    public static TheoryData<string, byte[]> JunkAnswers => new()
    {
        { "HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray() },
        { "not BER", [0x30, 0x05, 0x02, 0x01, 0x02, 0x65, 0x7f] },
        { "a bind response", [0x30, 0x0c, 0x02, 0x01, 0x02, 0x61, 0x07, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00] },
        { "an extended response", [0x30, 0x0c, 0x02, 0x01, 0x02, 0x78, 0x07, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00] },
        { "an answer to another question", [0x30, 0x0c, 0x02, 0x01, 0x63, 0x65, 0x07, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00] },
        { "a result without its code", [0x30, 0x05, 0x02, 0x01, 0x02, 0x65, 0x00] },
        { "an unknown result code", [0x30, 0x0c, 0x02, 0x01, 0x02, 0x65, 0x07, 0x0a, 0x01, 0x63, 0x04, 0x00, 0x04, 0x00] },
        { "an entry that is none, and success", [0x30, 0x05, 0x02, 0x01, 0x02, 0x64, 0x00, 0x30, 0x0c, 0x02, 0x01, 0x02, 0x65, 0x07, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00] },
        { "entries without end", [.. Enumerable.Repeat<byte[]>([0x30, 0x09, 0x02, 0x01, 0x02, 0x64, 0x04, 0x04, 0x00, 0x30, 0x00], 1_001).SelectMany(static entry => entry)] },
        { "busy", [0x30, 0x0c, 0x02, 0x01, 0x02, 0x65, 0x07, 0x0a, 0x01, 0x33, 0x04, 0x00, 0x04, 0x00] },
        { "notice of disconnection", [0x30, 0x24, 0x02, 0x01, 0x00, 0x78, 0x1f, 0x0a, 0x01, 0x34, 0x04, 0x00, 0x04, 0x00, 0x8a, 0x16, .. "1.3.6.1.4.1.1466.20036"u8] },
    };

    [Theory]
    [MemberData(nameof(JunkAnswers))]
    public async Task Find_JunkInsteadOfAResult_CannotTell(string what, byte[] junk)
    {
        await using FakeServer server = FakeServer.Answering(BindSucceeds, junk);
        await using LdapBackend backend = LdapBackends.Bound(server.Port).Make();
        Assert.True((await backend.CannotTellAsync("alice@example.test", Short)).Length > 0, what);
    }

    [Fact]
    public async Task Find_EmptyResultFromFakeServer_IsUnknown()
    {
        // Shows that the fake answers of the tests above are refused for their junk, not for being fake.
        byte[] done = [0x30, 0x0c, 0x02, 0x01, 0x02, 0x65, 0x07, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00];
        await using FakeServer server = FakeServer.Answering(BindSucceeds, done);
        await using LdapBackend backend = LdapBackends.Bound(server.Port).Make();
        await backend.DoesNotKnowAsync("alice@example.test");
    }

    [Fact]
    public async Task Find_ServersComeAndGo_LeavesNoDescriptor()
    {
        await using Slapd server = await Slapd.StartAsync(withTls: true);
        int before = Descriptors.Sockets;
        foreach (LdapTls tls in Enum.GetValues<LdapTls>())
        {
            int port = tls == LdapTls.Ldaps ? server.TlsPort : server.Port;
            LdapBackendOptions options = LdapBackends.Anonymous(port) with { Tls = tls, CaPath = server.Ca.File, ConnectionsMax = 4 };
            await using LdapBackend good = options.Make();
            await using LdapBackend bad = (options with { BindDn = Slapd.ReaderDn, Password = "wrong", CaPath = null }).Make();
            for (int round = 0; round < 3; round++)
            {
                await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
                {
                    await good.KnowsAsync("alice@example.test");
                    await bad.CannotTellAsync("alice@example.test");
                }));
                await server.KillAsync();
                await good.CannotTellAsync("alice@example.test");
                await server.StartAgainAsync();
            }
        }

        await Until.TrueAsync(() => Descriptors.Sockets == before, Until.Soon, () => $"{Descriptors.Sockets} sockets, {before} before");
    }
}
