using System.Globalization;
using EdgeSmtp.Server.Hosting;
using EdgeSmtp.Tests.Unit.Server.Documentation;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Hosting;

/// <summary>What the unit promises about the program.</summary>
public sealed class SystemdUnitTests
{
    private static readonly ILookup<string, string> Unit = File.ReadLines(Path.Combine(GeneratedPagesTests.Root(), "src/EdgeSmtp.Server/systemd/edgesmtp.service"))
        .Where(static line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#'))
        .Select(static line => line.Split('=', 2))
        .ToLookup(static pair => pair[0], static pair => pair[1]);

    [Fact]
    public void TimeoutStopSec_ExceedsTheDrainByDefault()
    {
        DrainOptions drain = new();

        Assert.True(TimeSpan.FromSeconds(int.Parse(Unit["TimeoutStopSec"].Single(), CultureInfo.InvariantCulture)) > drain.NoticeTime + drain.SessionsMax + drain.DeliveriesMax);
    }

    [Theory]
    [InlineData("Type", "notify")]
    [InlineData("User", "edgesmtp")]
    [InlineData("CapabilityBoundingSet", "CAP_NET_BIND_SERVICE")]
    [InlineData("NoNewPrivileges", "yes")]
    [InlineData("StateDirectoryMode", "0700")]
    [InlineData("ProtectSystem", "strict")]
    [InlineData("MemoryDenyWriteExecute", "no")]
    public void Setting_IsAsTheProgramNeedsIt(string name, string value) => Assert.Equal(value, Unit[name].Single());
}
