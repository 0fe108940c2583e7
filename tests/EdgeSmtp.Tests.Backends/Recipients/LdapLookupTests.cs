using EdgeSmtp.Filters.Recipients.Ldap;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Recipients;

/// <summary>What a real directory says of an address.</summary>
[Collection<Alone>]
public sealed class LdapLookupTests
{
    [Fact]
    public async Task Find_Anonymous_KnowsWhoIsThere()
    {
        await using Slapd server = await Slapd.StartAsync();
        await using LdapBackend backend = LdapBackends.Anonymous(server.Port).Make();
        await backend.KnowsAsync("alice@example.test");
        await backend.DoesNotKnowAsync("nobody@example.test");
        await backend.KnowsAsync("bob@example.test");
    }

    [Fact]
    public async Task Find_Bound_KnowsWhoIsThere()
    {
        await using Slapd server = await Slapd.StartAsync(directives: "disallow bind_anon\nrequire authc\n");
        await using (LdapBackend bound = LdapBackends.Bound(server.Port).Make())
        {
            await bound.KnowsAsync("alice@example.test");
            await bound.DoesNotKnowAsync("nobody@example.test");
        }

        await using LdapBackend anonymous = LdapBackends.Anonymous(server.Port).Make();
        await anonymous.CannotTellAsync("alice@example.test");
    }

    // A value that is not escaped would find everybody, or be a filter that the server refuses.
    [Theory]
    [InlineData("*@example.test")]
    [InlineData("*)(uid=*@example.test")]
    [InlineData("a*@example.test")]
    [InlineData("alice@example.test)(|(uid=*)")]
    [InlineData("*)(|(uid=*))(cn=@example.test")]
    [InlineData("\\2a@example.test")]
    [InlineData("\\")]
    [InlineData("(@example.test")]
    [InlineData("&|!=~<>@example.test")]
    [InlineData("{address}@example.test")]
    [InlineData("j\u00f6rg@example.test")]
    [InlineData("\ud83d\ude00@example.test")]
    public async Task Find_HostileAddress_IsUnknown(string address)
    {
        await using Slapd server = await Slapd.StartAsync();
        await using LdapBackend backend = (LdapBackends.Anonymous(server.Port) with { Filter = "(|(cn={address})(&(objectClass=person)(mail={address})))" }).Make();
        await backend.DoesNotKnowAsync(address);
    }

    [Theory]
    [InlineData("st*r@example.test")]
    [InlineData("pa(r)en@example.test")]
    [InlineData("back\\slash@example.test")]
    [InlineData("jos\u00e9@example.test")]
    public async Task Find_AddressThatNeedsEscapes_IsFoundByThem(string address)
    {
        await using Slapd server = await Slapd.StartAsync();
        await using LdapBackend backend = (LdapBackends.Anonymous(server.Port) with { Filter = "(cn={address})" }).Make();
        await backend.KnowsAsync(address);
    }

    [Fact]
    public async Task Find_LocalAndDomain_StandInTheFilter()
    {
        await using Slapd server = await Slapd.StartAsync();
        await using LdapBackend backend = (LdapBackends.Anonymous(server.Port) with { Filter = "(&(uid={local})(mail=*@{domain}))" }).Make();
        await backend.KnowsAsync("alice@example.test");
        await backend.DoesNotKnowAsync("team@example.test");
        await backend.DoesNotKnowAsync("alice@other.test");
    }

    [Theory]
    [InlineData(LdapScope.Subtree, Slapd.Suffix, true)]
    [InlineData(LdapScope.OneLevel, Slapd.Suffix, false)]
    [InlineData(LdapScope.OneLevel, Slapd.People, true)]
    [InlineData(LdapScope.Base, Slapd.People, false)]
    [InlineData(LdapScope.Base, "uid=alice," + Slapd.People, true)]
    public async Task Find_Scope_LimitsTheSearch(LdapScope scope, string baseDn, bool found)
    {
        await using Slapd server = await Slapd.StartAsync();
        await using LdapBackend backend = (LdapBackends.Anonymous(server.Port) with { Scope = scope, BaseDn = baseDn, IgnoreReferences = true }).Make();
        if (found)
            await backend.KnowsAsync("alice@example.test");
        else
            await backend.DoesNotKnowAsync("alice@example.test");
    }

    [Fact]
    public async Task Find_MoreEntriesThanAsked_IsKnown()
    {
        await using Slapd server = await Slapd.StartAsync();
        await using LdapBackend backend = LdapBackends.Anonymous(server.Port).Make();
        await backend.KnowsAsync("team@example.test");
    }

    [Fact]
    public async Task Find_BaseThatIsNotThere_CannotTell()
    {
        await using Slapd server = await Slapd.StartAsync();
        await using LdapBackend backend = (LdapBackends.Anonymous(server.Port) with { BaseDn = "ou=nobody," + Slapd.Suffix }).Make();
        Assert.Contains("noSuchObject", await backend.CannotTellAsync("alice@example.test"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_BaseOfAnotherServer_IsNotFollowed()
    {
        await using FakeServer other = FakeServer.Silent();
        await using Slapd server = await Slapd.StartAsync(directives: $"referral ldap://127.0.0.1:{other.Port}\n");
        await using LdapBackend backend = (LdapBackends.Anonymous(server.Port) with { BaseDn = "dc=other,dc=test" }).Make();
        Assert.Contains("referral", await backend.CannotTellAsync("alice@example.test"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_NothingButReferences_CannotTellUnlessTheyAreIgnored()
    {
        await using Slapd server = await Slapd.StartAsync();
        await using LdapBackend strict = (LdapBackends.Anonymous(server.Port) with { BaseDn = Slapd.Suffix }).Make();
        await strict.KnowsAsync("alice@example.test");
        Assert.Contains("other servers", await strict.CannotTellAsync("nobody@example.test"), StringComparison.Ordinal);
        await using LdapBackend lax = (LdapBackends.Anonymous(server.Port) with { BaseDn = Slapd.Suffix, IgnoreReferences = true }).Make();
        await lax.DoesNotKnowAsync("nobody@example.test");
    }

    [Fact]
    public async Task Find_ManyAtOnce_UsesNoMoreConnectionsThanAllowed()
    {
        await using Slapd server = await Slapd.StartAsync();
        int before = Descriptors.Sockets;
        await using LdapBackend backend = (LdapBackends.Anonymous(server.Port) with { ConnectionsMax = 3 }).Make();
        await Task.WhenAll(Enumerable.Range(0, 500).Select(async number =>
        {
            if (number % 2 == 0)
                await backend.KnowsAsync("alice@example.test");
            else
                await backend.DoesNotKnowAsync($"nobody{number}@example.test");
        }));
        Assert.InRange(Descriptors.Sockets - before, 1, 3);
    }
}
