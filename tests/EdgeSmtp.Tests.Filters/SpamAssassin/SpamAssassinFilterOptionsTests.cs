using EdgeSmtp.Filters.SpamAssassin;
using Xunit;

namespace EdgeSmtp.Tests.Filters.SpamAssassin;

public sealed class SpamAssassinFilterOptionsTests
{
    public static TheoryData<string, SpamAssassinFilterOptions> Wrong { get; } = new()
    {
        { nameof(SpamAssassinFilterOptions.Servers), new() { Servers = [] } },
        { nameof(SpamAssassinFilterOptions.Servers), new() { Servers = ["unix:relative"] } },
        { nameof(SpamAssassinFilterOptions.Servers), new() { Servers = ["host:0"] } },
        { nameof(SpamAssassinFilterOptions.Servers), new() { Servers = ["host:65536"] } },
        { nameof(SpamAssassinFilterOptions.Servers), new() { Servers = [.. Enumerable.Range(1, 17).Select(static i => $"spamd{i}.example")] } },
        { nameof(SpamAssassinFilterOptions.User), new() { User = "two words" } },
        { nameof(SpamAssassinFilterOptions.User), new() { User = "../{local}" } },
        { nameof(SpamAssassinFilterOptions.User), new() { User = "" } },
        { nameof(SpamAssassinFilterOptions.SubjectTag), new() { SubjectTag = "a\r\nb" } },
        { nameof(SpamAssassinFilterOptions.SubjectTag), new() { SubjectTag = new string('x', 61) } },
        { nameof(SpamAssassinFilterOptions.Recipients), new() { Recipients = new Dictionary<string, SpamProfileOptions> { ["*@example.com"] = new() } } },
        { nameof(SpamAssassinFilterOptions.Recipients), new() { Recipients = new Dictionary<string, SpamProfileOptions> { ["example.com"] = new() { User = "a b" } } } },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void Options_Wrong_AreRefused(string member, SpamAssassinFilterOptions options) => Assert.Contains(member, OptionsOf.Refused(options));

    [Fact]
    public void Options_Right_AreTaken() => Assert.Empty(OptionsOf.Refused(new SpamAssassinFilterOptions
    {
        Servers = ["spamd.example", "192.0.2.1:1783", "[2001:db8::1]:783", "/run/spamd.sock", "unix:/run/spamd.sock", "localhost:783"],
        User = "{local}@{domain}",
        SubjectTag = "[SPAM]",
        Recipients = new Dictionary<string, SpamProfileOptions> { ["example.com"] = new(), ["@b\u00fccher.example"] = new(), ["user@example.com"] = new() { User = "{address}" } },
    }));
}
