namespace EdgeSmtp.Tests.Server;

public sealed class SmokeTests
{
    [Xunit.Fact]
    public void Assembly_Loads() => Xunit.Assert.NotNull(typeof(SmokeTests).Assembly);
}
