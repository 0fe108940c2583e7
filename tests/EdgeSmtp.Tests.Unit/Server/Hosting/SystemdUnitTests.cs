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

    /// <summary>The groups of <c>systemd-analyze syscall-filter</c> that the unit names, with those of their calls that matter here.</summary>
    private static readonly Dictionary<string, string[]> CallGroups = new(StringComparer.Ordinal)
    {
        ["@system-service"] = ["capget", "capset", "prctl", "execve"],
        ["@privileged"] = ["capset"],
        ["@resources"] = [],
    };

    [Fact]
    public void TimeoutStopSec_ExceedsTheDrainByDefault()
    {
        DrainOptions drain = new();

        Assert.True(TimeSpan.FromSeconds(int.Parse(Unit["TimeoutStopSec"].Single(), CultureInfo.InvariantCulture)) > drain.NoticeTime + drain.SessionsMax + drain.DeliveriesMax);
    }

    /// <summary>What <c>setpriv</c> of ProgramKeeper calls beside what every program does; where it may not, no program that runs on ever starts.</summary>
    [Theory]
    [InlineData("capget")]
    [InlineData("capset")]
    [InlineData("prctl")]
    [InlineData("execve")]
    public void SystemCallFilter_LeavesWhatPrecedesPrograms(string call)
    {
        // systemd.exec(5): the first line says what is allowed, and each further one adds to that or takes from it.
        bool isAllowed = false;
        foreach (string line in Unit["SystemCallFilter"])
        {
            bool takes = line.StartsWith('~');
            if (line.TrimStart('~').Split(' ').Any(word => word == call || CallGroups.GetValueOrDefault(word, []).Contains(call)))
            {
                isAllowed = !takes;
            }
        }

        Assert.True(isAllowed);
    }

    [Fact]
    public void UMask_LeavesTheGroupWhatTheProgramGivesIt()
    {
        // Folder (0750) and files (0640) of a scanner that opens a path, and the event log. Nobody else may have anything.
        int mask = Convert.ToInt32(Unit["UMask"].Single(), 8);

        Assert.Equal(0, mask & Convert.ToInt32("750", 8));
        Assert.Equal(7, mask & 7);
    }

    [Theory]
    [InlineData("Type", "notify")]
    [InlineData("User", "edgesmtp")]
    [InlineData("CapabilityBoundingSet", "CAP_NET_BIND_SERVICE")]
    [InlineData("NoNewPrivileges", "yes")]
    [InlineData("StateDirectoryMode", "0700")]
    [InlineData("LogsDirectory", "edgesmtp")]
    [InlineData("ProtectSystem", "strict")]
    [InlineData("MemoryDenyWriteExecute", "no")]
    public void Setting_IsAsTheProgramNeedsIt(string name, string value) => Assert.Equal(value, Unit[name].Single());
}
