using EdgeSmtp.Filters.Rspamd;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Rspamd;

public sealed class RspamdFilterOptionsTests
{
    public static TheoryData<string, RspamdFilterOptions> Wrong { get; } = new()
    {
        { nameof(RspamdFilterOptions.Servers), new() { Servers = [] } },
        { nameof(RspamdFilterOptions.Servers), new() { Servers = ["http://host:11333/"] } },
        { nameof(RspamdFilterOptions.SettingsId), new() { SettingsId = "a\r\nX: 1" } },
        { nameof(RspamdFilterOptions.SettingsId), new() { SettingsId = new string('x', 101) } },
        { nameof(RspamdFilterOptions.SpamField), new() { SpamField = "X Spam" } },
        { nameof(RspamdFilterOptions.SubjectTag), new() { SubjectTag = "a\nb" } },
        { nameof(RspamdFilterOptions.Recipients), new() { Recipients = new Dictionary<string, RspamdProfileOptions> { ["*"] = new() } } },
        { nameof(RspamdFilterOptions.Recipients), new() { Recipients = new Dictionary<string, RspamdProfileOptions> { ["example.com"] = new() { SettingsId = "a b" } } } },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void Options_Wrong_AreRefused(string member, RspamdFilterOptions options) => Assert.Contains(member, OptionsOf.Refused(options));

    [Fact]
    public void Options_Right_AreTaken() => Assert.Empty(OptionsOf.Refused(new RspamdFilterOptions
    {
        Servers = ["/run/rspamd/normal.sock", "rspamd.example"],
        SettingsId = new string('x', 100),
        Recipients = new Dictionary<string, RspamdProfileOptions> { ["user@example.com"] = new() { SettingsId = "strict_1.a-b" } },
    }));
}
