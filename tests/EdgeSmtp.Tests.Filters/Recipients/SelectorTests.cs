using EdgeSmtp.Filters.Recipients;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Recipients;

/// <summary>Which lines are asked for which domain, and in which order.</summary>
public sealed class SelectorTests : RecipientsTest
{
    // Spamcontrol compared prefixes and suffixes without anchors.
    [Theory]
    [InlineData("example.com", "joe@example.com", true)]
    [InlineData("example.com", "joe@sub.example.com", true)]
    [InlineData("example.com", "joe@a.b.example.com", true)]
    [InlineData("example.com", "joe@badexample.com", false)]
    [InlineData("example.com", "joe@example.com.org", false)]
    [InlineData("example.com", "joe@com", false)]
    [InlineData("example.com", "joe@xample.com", false)]
    [InlineData("@example.com", "joe@example.com", true)]
    [InlineData("@example.com", "joe@sub.example.com", false)]
    [InlineData("*", "joe@anything.example", true)]
    [InlineData("EXAMPLE.com", "joe@Example.COM", true)]
    [InlineData("bücher.example", "joe@xn--bcher-kva.example", true)]
    public async Task Line_Selector_IsAnchoredAtLabels(string selector, string address, bool selected)
    {
        FakeBackend backend = new();
        FilterHarness harness = Create([$"{selector}:corp"], ("corp", backend));

        Assert.Same(RecipientsFilter.Unknown, await AskAsync(harness, address));
        Assert.Equal(selected ? 1 : 0, backend.Asked.Count);
    }

    [Fact]
    public async Task Lines_FirstThatKnows_Accepts()
    {
        FakeBackend first = FakeBackend.Of("a@example.com");
        FakeBackend second = FakeBackend.Of("a@example.com", "b@example.com");
        FakeBackend third = FakeBackend.Of("c@example.com");
        FilterHarness harness = Create(["example.com:one", "@example.com:two", "*:three"], ("one", first), ("two", second), ("three", third));

        Assert.Null(await AskAsync(harness, "a@example.com"));
        Assert.Null(await AskAsync(harness, "b@example.com"));
        Assert.Null(await AskAsync(harness, "c@example.com"));
        Assert.Same(RecipientsFilter.Unknown, await AskAsync(harness, "d@example.com"));
        Assert.Equal(["a@example.com", "b@example.com", "c@example.com", "d@example.com"], first.Asked);
        Assert.Equal(["b@example.com", "c@example.com", "d@example.com"], second.Asked);
        Assert.Equal(["c@example.com", "d@example.com"], third.Asked);
    }

    // Spamcontrol went on with all later lines, whatever they selected, once one line had matched.
    [Fact]
    public async Task Lines_AfterAMatch_OthersAreStillNotAsked()
    {
        FakeBackend ours = new();
        FakeBackend other = FakeBackend.Of("joe@example.com");
        FilterHarness harness = Create(["example.com:ours", "@other.org:other", "!third.example"], ("ours", ours), ("other", other));

        Assert.Same(RecipientsFilter.Unknown, await AskAsync(harness, "joe@example.com"));
        Assert.Empty(other.Asked);
    }

    [Fact]
    public async Task Line_Wild_TakesEveryAddressOfTheDomain()
    {
        FakeBackend backend = new();
        FilterHarness harness = Create(["!example.com", "!@only.example", "*:corp"], ("corp", backend));

        Assert.Null(await AskAsync(harness, "anybody@example.com"));
        Assert.Null(await AskAsync(harness, "anybody@sub.example.com"));
        Assert.Null(await AskAsync(harness, "anybody@only.example"));
        Assert.Same(RecipientsFilter.Unknown, await AskAsync(harness, "anybody@sub.only.example"));
        Assert.Single(backend.Asked);
    }

    [Fact]
    public async Task Line_PassUnlisted_TakesOnlyDomainsThatNoLineSelected()
    {
        FilterHarness harness = Create(["example.com:corp", "!*"], ("corp", FakeBackend.Of("joe@example.com")));

        Assert.Null(await AskAsync(harness, "joe@example.com"));
        Assert.Same(RecipientsFilter.Unknown, await AskAsync(harness, "jane@example.com"));
        Assert.Null(await AskAsync(harness, "anybody@elsewhere.example"));
    }

    [Fact]
    public async Task Lines_NoneSelectsTheDomain_RefusesUnlessPassed()
    {
        FilterHarness harness = Create(["example.com:corp"], ("corp", new FakeBackend()));
        Assert.Same(RecipientsFilter.Unknown, await AskAsync(harness, "anybody@elsewhere.example"));
    }

    [Theory]
    [InlineData("u%other@example.com")]
    [InlineData("other!u@example.com")]
    [InlineData("\"a@b\"@example.com")]
    public async Task Line_Wild_TakesNoOrderToRelay(string address)
    {
        FilterHarness harness = Create(["!example.com"]);
        Assert.Same(RecipientsFilter.RelaySyntax, await AskAsync(harness, address));

        harness.Session.Relay = true;
        Assert.Null(await AskAsync(harness, address));
    }

    [Fact]
    public async Task Line_File_IsAskedAsItStands()
    {
        string file = Cdb("r.cdb", "joe@example.com");
        FilterHarness harness = Create(["# comment", string.Empty, $"example.com:{file}", $"*:{file}"]);
        Assert.Null(await AskAsync(harness, "JOE@Example.COM"));

        FilterHarness global = Create([file]);
        Assert.Null(await AskAsync(global, "joe@example.com"));
        Assert.Same(RecipientsFilter.Unknown, await AskAsync(global, "jane@example.com"));
    }

    [Fact]
    public async Task Line_Program_IsRunWithItsArguments()
    {
        string program = Script("check", "[ \"$1 $2 $#\" = 'one two 2' ] || exit 2\ngrep -qz '^joe@example.com$' <&3");
        FilterHarness harness = Create([$"example.com|{program} one  two"]);

        Assert.Null(await AskAsync(harness, "joe@example.com"));
        Assert.Same(RecipientsFilter.Unknown, await AskAsync(harness, "jane@example.com"));
    }

    [Fact]
    public async Task Recipient_VerifiedAlreadyOrPostmaster_IsLeftAlone()
    {
        FakeBackend backend = new();
        FilterHarness harness = Create(["*:corp"], ("corp", backend));
        Assert.Null(await AskAsync(harness, "Postmaster@example.com"));

        harness.Session.RecipientsAreUnverified = false;
        Assert.Null(await AskAsync(harness, "nobody@example.com"));
        Assert.Empty(backend.Asked);
    }
}
