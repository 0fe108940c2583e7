namespace EdgeSmtp.Core.Timing;

/// <summary>Runs code of others that should end at once and knows no token, such as constructors: on a thread of its own, which is left behind when the time is over.</summary>
public static class ForeignCode
{
    /// <summary>Runs it, and waits. What it throws is thrown here.</summary>
    /// <typeparam name="T">What it makes.</typeparam>
    /// <param name="name">Name of the thread, for tools that show one that was left behind.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="make">The code.</param>
    /// <param name="late">Gets what it makes when nobody waits for it any more.</param>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    public static T Run<T>(string name, TimeSpan limit, Func<T> make, Action<T>? late = null)
    {
        ArgumentNullException.ThrowIfNull(make);
        TaskCompletionSource<T> made = new();
        new Thread(() => Make(make, made, late)) { IsBackground = true, Name = name }.Start();
        if (Task.WaitAny([made.Task], limit) < 0)
        {
            made.TrySetException(new TimeoutException($"it did not end within {limit.TotalSeconds:0.#} s"));
        }

        return made.Task.GetAwaiter().GetResult();
    }

    private static void Make<T>(Func<T> make, TaskCompletionSource<T> made, Action<T>? late)
    {
        try
        {
            T result = make();
            if (!made.TrySetResult(result))
            {
                late?.Invoke(result);
            }
        }
        catch (Exception error)
        {
            // Too late it is nobody's: the one who waited has said that it did not end.
            made.TrySetException(error);
        }
    }
}
