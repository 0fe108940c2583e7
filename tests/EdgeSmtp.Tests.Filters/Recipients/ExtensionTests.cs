using EdgeSmtp.Filters.Recipients;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Recipients;

/// <summary>What an address is looked up as.</summary>
public sealed class ExtensionTests : RecipientsTest
{
    [Fact]
    public async Task Delimiter_ExactAddressFirst_ThenItsBase()
    {
        FakeBackend backend = FakeBackend.Of("joe@example.com", "special+x@example.com");
        FilterHarness harness = Create(["*:corp"], ("corp", backend));

        Assert.Null(await AskAsync(harness, "Joe+Lists+More@example.com"));
        Assert.Equal(["joe+lists+more@example.com", "joe@example.com"], backend.Asked);
        Assert.Null(await AskAsync(harness, "special+x@example.com"));
        Assert.Same(RecipientsFilter.Unknown, await AskAsync(harness, "special@example.com"));
    }

    // Without qmail mode a hyphen is a letter like any other.
    [Fact]
    public async Task QmailMode_Off_HyphenSeparatesNothing()
    {
        FakeBackend backend = FakeBackend.Of("list-@example.com", "list@example.com");
        FilterHarness harness = Create(["*:corp"], ("corp", backend));

        Assert.Same(RecipientsFilter.Unknown, await AskAsync(harness, "list-foo-bar@example.com"));
        Assert.Equal(["list-foo-bar@example.com"], backend.Asked);
    }

    // The vectors of Spamcontrol's own behaviour.
    [Theory]
    [InlineData("joe@example.com", true)]
    [InlineData("JOE@Example.COM", true)]
    [InlineData("list-foo-bar@example.com", true)]
    [InlineData("list-@example.com", true)]
    [InlineData("joe-ext@example.com", false)]
    [InlineData("list@example.com", false)]
    public async Task QmailMode_On_PrefixBehindTheFirstHyphenMustBeListed(string address, bool known)
    {
        FilterHarness harness = Create(Options(["example.com:" + Cdb("r.cdb", "joe@example.com", "list-@example.com")]) with { QmailMode = true });
        Assert.Same(known ? null : RecipientsFilter.Unknown, await AskAsync(harness, address));
    }

    [Fact]
    public async Task QmailMode_On_ProgramIsAskedAgainWithThePrefix()
    {
        string asked = PathOf("asked");
        string program = Script("check", $"tr '\\0' '\\n' <&3 | head -1 >>{asked}; exit 1");
        FilterHarness harness = Create(Options([$"*|{program}"]) with { QmailMode = true });

        Assert.Same(RecipientsFilter.Unknown, await AskAsync(harness, "list-foo-bar@example.com"));
        Assert.Equal(["list-foo-bar@example.com", "list-@example.com"], await File.ReadAllLinesAsync(asked));
    }

    [Fact]
    public async Task Domain_WithULabels_IsLookedUpInALabels()
    {
        FakeBackend backend = FakeBackend.Of("joe@xn--bcher-kva.example");
        FilterHarness harness = Create(["*:corp"], ("corp", backend));

        Assert.Null(await AskAsync(harness, "Joe@BÜCHER.example"));
    }
}
