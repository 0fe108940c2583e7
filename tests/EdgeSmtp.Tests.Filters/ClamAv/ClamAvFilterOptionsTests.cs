using EdgeSmtp.Filters.ClamAv;
using EdgeSmtp.Filters.ClamAv.Clamd;
using Xunit;

namespace EdgeSmtp.Tests.Filters.ClamAv;

public sealed class ClamAvFilterOptionsTests
{
    [Theory]
    [InlineData("/run/clamav/clamd.ctl", true)]
    [InlineData("unix:/run/clamav/clamd.ctl", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("clamd.example:3310", true)]
    [InlineData("[::1]:3310", true)]
    [InlineData("[::1]", true)]
    [InlineData("clamd.example:0", false)]
    [InlineData("clamd.example:65536", false)]
    [InlineData("::1", false)]
    [InlineData("[127.0.0.1]:3310", false)]
    [InlineData("tcp://clamd:3310", false)]
    [InlineData("one two", false)]
    [InlineData("", false)]
    public void Servers_AreTakenOrNot(string server, bool isValid) => Assert.Equal(isValid, OptionsOf.AreValid(new ClamAvFilterOptions { Servers = [server] }));

    [Fact]
    public void Servers_None_IsRefused() => Assert.False(OptionsOf.AreValid(new ClamAvFilterOptions { Servers = [] }));

    [Fact]
    public void SocketPath_LongerThanTheSystemTakes_IsRefused()
    {
        Assert.True(OptionsOf.AreValid(new ClamAvFilterOptions { Servers = ["/" + new string('x', 106)] }));
        Assert.False(OptionsOf.AreValid(new ClamAvFilterOptions { Servers = ["/" + new string('x', 107)] }));
    }

    [Fact]
    public void Descriptor_OverTcp_IsRefused()
    {
        Assert.False(OptionsOf.AreValid(new ClamAvFilterOptions { Servers = ["/a", "host"], Method = ClamdMethod.Descriptor }));
        Assert.True(OptionsOf.AreValid(new ClamAvFilterOptions { Servers = ["/a", "host"] }));
    }

    [Fact]
    public void Contradictions_AreRefused()
    {
        Assert.False(OptionsOf.AreValid(new ClamAvFilterOptions { SizeBytesMin = 2, SizeBytesMax = 1 }));
        Assert.False(OptionsOf.AreValid(new ClamAvFilterOptions { InfectedExitCode = 0 }));
        Assert.True(OptionsOf.AreValid(new ClamAvFilterOptions { InfectedExitCode = 0, CleanExitCode = 1 }));
    }

    [Theory]
    [InlineData("clamdscan %s --quiet", true)]
    [InlineData(" ", false)]
    [InlineData("plugin: a.so", false)]
    public void Program_IsTakenOrNot(string program, bool isValid) => Assert.Equal(isValid, OptionsOf.AreValid(new ClamAvFilterOptions { Program = program }));

    [Theory]
    [InlineData("X-Virus-Status", true)]
    [InlineData("X Virus", false)]
    [InlineData("X:", false)]
    [InlineData("", false)]
    public void StatusField_IsAFieldName(string name, bool isValid) => Assert.Equal(isValid, OptionsOf.AreValid(new ClamAvFilterOptions { StatusField = name }));
}
