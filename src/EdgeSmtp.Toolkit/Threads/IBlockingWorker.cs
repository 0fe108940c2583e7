namespace EdgeSmtp.Toolkit.Threads;

/// <summary>What one thread of <see cref="BlockingWorkers{TQuestion, TAnswer}"/> does: it owns what only one thread may use, such as a connection, and it may block.</summary>
/// <typeparam name="TQuestion">What is asked.</typeparam>
/// <typeparam name="TAnswer">What is answered.</typeparam>
public interface IBlockingWorker<in TQuestion, out TAnswer> : IDisposable
{
    /// <summary>Answers one question; always called by the same thread.</summary>
    /// <param name="question">The question.</param>
    /// <param name="cancellationToken">Fires when nobody waits for the answer any more. What blocks should have a limit of its own, because most libraries that block know no token.</param>
    TAnswer Answer(TQuestion question, CancellationToken cancellationToken);
}
