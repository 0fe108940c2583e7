namespace EdgeSmtp.Toolkit.Recipients;

/// <summary>
/// Knows which addresses exist: a file, a directory, a database, a program, another server. Registered with
/// <see cref="RecipientBackendExtensions.AddRecipientBackend{TOptions}"/>, configured by <c>Type</c> among the <c>Backends</c> of the Recipients filter.
/// </summary>
/// <remarks>
/// A backend only looks up. Around each the filter puts a deadline, a limit of calls in flight, a breaker, the shared cache and metrics, as the
/// <see cref="RecipientBackendOptions"/> of that backend say. Called concurrently; disposed by the filter when nobody uses it any more.
/// </remarks>
public interface IRecipientBackend : IAsyncDisposable
{
    /// <summary>Whether answers come from outside this process, so that they are cached and guarded. Default yes; a table in memory says no.</summary>
    bool IsRemote => true;

    /// <summary>Looks one address up.</summary>
    /// <param name="address">Lower-case local part, <c>@</c>, domain in lower-case A-labels; at most 320 characters, without control characters, but otherwise what a stranger sent: escape it.</param>
    /// <param name="cancellationToken">Fires at the deadline of the backend. A call that ignores it is left behind, and its place stays taken.</param>
    /// <returns>
    /// The answer. <see cref="RecipientAnswerKind.Unknown"/> only when it is certain; all else that is no answer is <see cref="RecipientAnswer.TemporaryFailure"/>, or
    /// <see cref="RecipientAnswer.NotNow"/> when the backend itself is well.
    /// What is thrown counts as a temporary failure, too.
    /// </returns>
    ValueTask<RecipientAnswer> FindAsync(string address, CancellationToken cancellationToken);
}
