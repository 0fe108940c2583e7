using EdgeSmtp.Abstractions;
using Xunit;

namespace EdgeSmtp.Tests.Filters;

/// <summary>Pins a path of a filter to no allocation at all.</summary>
internal static class AllocationGate
{
    private const int WarmUpRounds = 60;
    private const int Rounds = 10;

    /// <summary>Fails when the call allocates, waits, or has an opinion.</summary>
    public static void AssertNone(Func<ValueTask<Verdict>> call)
    {
        long before = 0;
        bool passed = true;
        for (int round = 0; round < WarmUpRounds + Rounds; round++)
        {
            // The first rounds compile, and fill tables that are kept.
            before = round == WarmUpRounds ? GC.GetAllocatedBytesForCurrentThread() : before;
            ValueTask<Verdict> verdict = call();
            passed &= verdict.IsCompletedSuccessfully && verdict.Result.Reason is null;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(passed);
    }
}
