using EdgeSmtp.Abstractions;
using Xunit;

namespace EdgeSmtp.Tests.Filters;

/// <summary>Pins a path of a filter to no allocation at all.</summary>
internal static class AllocationGate
{
    private const int RoundsPerAttempt = 50;
    private const int AttemptsMax = 5_000;

    /// <summary>Fails when the call allocates, waits, or has an opinion.</summary>
    /// <remarks>Code that the JIT has not optimised yet boxes where optimised code does not, so it is called until it has been: the path passes once it allocates nothing.</remarks>
    public static void AssertNone(Func<ValueTask<Verdict>> call)
    {
        long allocated = -1;
        for (int attempt = 0; attempt < AttemptsMax && allocated != 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            bool passed = true;
            for (int round = 0; round < RoundsPerAttempt; round++)
            {
                ValueTask<Verdict> verdict = call();
                passed &= verdict.IsCompletedSuccessfully && verdict.Result.Reason is null;
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(passed);
            Thread.Yield();
        }

        Assert.Equal(0, allocated);
    }
}
