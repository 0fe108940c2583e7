namespace EdgeSmtp.Tests.Filters.RateLimit;

/// <summary>Lets a call go on that waits for one table after the other.</summary>
internal static class SharedTableWaits
{
    public static async Task<T> WithReleases<T>(this Task<T> pending, RateLimitSharedTableTests test)
    {
        while (!pending.IsCompleted)
        {
            test.ReleaseAll();
            await Task.Yield();
        }

        return await pending;
    }
}
