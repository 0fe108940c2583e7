using Xunit;

namespace EdgeSmtp.Tests.Unit.Architecture;

internal static class House
{
    /// <summary>Fails with every finding on its own line; xunit's own message stops after five.</summary>
    public static void HasNo<T>(IEnumerable<T> findings)
    {
        string all = string.Join(Environment.NewLine, findings);
        Assert.True(all.Length == 0, all);
    }
}
