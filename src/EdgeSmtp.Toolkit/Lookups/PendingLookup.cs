namespace EdgeSmtp.Toolkit.Lookups;

/// <summary>For look-ups that start at one stage and are awaited at a later one that may never come.</summary>
public static class PendingLookup
{
    /// <summary>Takes notice of how a look-up ends, so that the failure of one that nobody awaited is not raised as unobserved. Does not wait.</summary>
    /// <param name="lookup">The look-up; <c>null</c> when none was started.</param>
    public static void Forget(Task? lookup)
    {
        if (lookup is null || lookup.IsCompletedSuccessfully)
        {
            return;
        }

        _ = lookup.ContinueWith(
            static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
