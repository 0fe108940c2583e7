using EdgeSmtp.Filters.Recipients;
using EdgeSmtp.Filters.Recipients.Cdb;
using EdgeSmtp.Filters.Recipients.Http;
using EdgeSmtp.Filters.Recipients.Program;
using EdgeSmtp.Filters.Recipients.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Recipients;

public sealed class RecipientsFilterOptionsTests
{
    [Theory]
    [InlineData("example.com:corp", true)]
    [InlineData("@example.com : corp", true)]
    [InlineData("*:corp", true)]
    [InlineData("corp", true)]
    [InlineData("example.com:corp2", false)]
    [InlineData("example.com:file.db", false)]
    [InlineData("exa mple.com:corp", false)]
    [InlineData(".example.com:corp", false)]
    [InlineData("@*:corp", false)]
    [InlineData(":corp", false)]
    [InlineData("example.com:", false)]
    [InlineData("example.com|", false)]
    public void Lines_OneThatNamesTheBackend_IsRightOrNot(string line, bool valid) =>
        Assert.Equal(valid, OptionsOf.AreValid(RecipientsTest.Options([line], ("corp", new FakeBackend()))));

    [Theory]
    [InlineData("example.com:/etc/r.cdb")]
    [InlineData("r.cdb")]
    [InlineData("example.com|/bin/check a:b c|d")]
    [InlineData("!example.com")]
    [InlineData("!@example.com")]
    [InlineData("!*")]
    public void Lines_OneThatNeedsNoBackend_IsRight(string line) => Assert.True(OptionsOf.AreValid(RecipientsTest.Options([line])));

    [Fact]
    public void Lines_None_IsRefused() => Assert.False(OptionsOf.AreValid(new RecipientsFilterOptions()));

    [Fact]
    public void Lines_SomethingBehindPassUnlisted_IsRefused() => Assert.False(OptionsOf.AreValid(RecipientsTest.Options(["!*", "!example.com"])));

    [Fact]
    public void Backends_OneThatNoLineNames_IsRefused() => Assert.False(OptionsOf.AreValid(RecipientsTest.Options(["!*"], ("corp", new FakeBackend()))));

    [Theory]
    [InlineData("example.com", true)]
    [InlineData("@example.com", true)]
    [InlineData("*", true)]
    [InlineData("exa mple", false)]
    public void OnFailureOf_Selector_IsChecked(string selector, bool valid)
    {
        RecipientsFilterOptions options = new() { Lines = ["!*"], OnFailureOf = new Dictionary<string, FailureAction> { [selector] = FailureAction.Accept } };
        Assert.Equal(valid, OptionsOf.AreValid(options));
    }

    [Theory]
    [InlineData("https://host/check/{address}", true)]
    [InlineData("http://127.0.0.1:8080/{domain}/{local}", true)]
    [InlineData("http://host/check?rcpt={address}", true)]
    [InlineData("http://host/check", false)]
    [InlineData("http://host/{domain}", false)]
    [InlineData("ftp://host/{address}", false)]
    [InlineData("/check/{address}", false)]
    [InlineData("http://{domain}/{local}", false)]
    [InlineData("http://host.{domain}/{local}", false)]
    public void Url_Template_IsChecked(string url, bool valid) => Assert.Equal(valid, OptionsOf.AreValid(new HttpBackendOptions { Url = url }));

    // Every number and time span of every backend has limits, and they are kept.
    [Fact]
    public void Options_OfBackendsBeyondTheirLimits_AreRefused()
    {
        CdbBackendOptions valid = new() { Path = "r.cdb" };
        Assert.True(OptionsOf.AreValid(valid with { Timeout = TimeSpan.FromMilliseconds(10), ConcurrencyMax = 1, WaitingMax = 0, BreakerFailures = 1, BreakerPause = TimeSpan.FromSeconds(0.1) }));
        Assert.True(OptionsOf.AreValid(valid with { Timeout = TimeSpan.FromMinutes(1), ConcurrencyMax = 1000, WaitingMax = 100_000, BreakerFailures = 1000, BreakerPause = TimeSpan.FromMinutes(10) }));
        CdbBackendOptions[] wrong =
        [
            valid with { Timeout = TimeSpan.FromMilliseconds(9) },
            valid with { Timeout = TimeSpan.FromMinutes(1.1) },
            valid with { ConcurrencyMax = 0 },
            valid with { ConcurrencyMax = 1001 },
            valid with { WaitingMax = -1 },
            valid with { WaitingMax = 100_001 },
            valid with { BreakerFailures = 0 },
            valid with { BreakerFailures = 1001 },
            valid with { BreakerPause = TimeSpan.FromMilliseconds(99) },
            valid with { BreakerPause = TimeSpan.FromMinutes(10.1) },
            valid with { ReloadInterval = TimeSpan.FromMilliseconds(99) },
            valid with { ReloadInterval = TimeSpan.FromHours(1.1) },
        ];
        Assert.All(wrong, static options => Assert.False(OptionsOf.AreValid(options)));
        SmtpBackendOptions smtp = new() { Host = "h.example", HelloName = "e.example" };
        Assert.All(
            [smtp with { Port = 0 }, smtp with { IdleMax = 101 }, smtp with { IdleTimeout = TimeSpan.Zero }, smtp with { QuestionsMax = 0 }],
            static options => Assert.False(OptionsOf.AreValid(options)));
    }

    [Fact]
    public void Options_RequiredOnesOfBackends_AreRequired()
    {
        Assert.False(OptionsOf.AreValid(new CdbBackendOptions()));
        Assert.True(OptionsOf.AreValid(new CdbBackendOptions { Path = "r.cdb" }));
        Assert.False(OptionsOf.AreValid(new ProgramBackendOptions()));
        Assert.True(OptionsOf.AreValid(new ProgramBackendOptions { Command = ["check"] }));
        Assert.False(OptionsOf.AreValid(new SmtpBackendOptions { Host = "mailbox.example" }));
        Assert.True(OptionsOf.AreValid(new SmtpBackendOptions { Host = "mailbox.example", HelloName = "edge.example" }));
        Assert.False(OptionsOf.AreValid(new SmtpBackendOptions { Host = "mail box", HelloName = "edge.example" }));
        Assert.False(OptionsOf.AreValid(new SmtpBackendOptions { Host = "::1", HelloName = "edge example" }));
    }
}
