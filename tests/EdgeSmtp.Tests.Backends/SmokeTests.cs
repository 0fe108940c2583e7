namespace EdgeSmtp.Tests.Backends;

public sealed class SmokeTests
{
    [Xunit.Fact]
    public void Assembly_Loads() => Xunit.Assert.NotNull(typeof(SmokeTests).Assembly);
}
