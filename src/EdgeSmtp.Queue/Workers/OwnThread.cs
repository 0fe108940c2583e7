namespace EdgeSmtp.Queue.Workers;

/// <summary>Runs long blocking work beside the thread pool.</summary>
internal static class OwnThread
{
    /// <summary>Runs it.</summary>
    /// <param name="name">Name of the thread.</param>
    /// <param name="work">The work.</param>
    /// <typeparam name="T">What it gives.</typeparam>
    public static Task<T> RunAsync<T>(string name, Func<T> work)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        })
        { Name = name, IsBackground = true }.Start();
        return done.Task;
    }
}
