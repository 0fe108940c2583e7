using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.FileSystem;
using EdgeSmtp.Queue.Journal;
using EdgeSmtp.Queue.Staging;
using EdgeSmtp.Queue.Workers;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Queue.Store;

/// <summary>What the workers of one store share.</summary>
internal sealed class QueueContext
{
    public required QueueOptions Options { get; init; }

    public required IQueueFileSystem Files { get; init; }

    public required QueuePaths Paths { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    public required QueueInstruments Instruments { get; init; }

    public required StagingArea Staging { get; init; }

    public required QueueState State { get; init; }

    public required CommitQueue Commits { get; init; }

    /// <summary>Operations for reuse.</summary>
    public JournalOperationPool Operations { get; } = new();

    /// <summary>Woken when something is to be committed.</summary>
    public Committer? Committer { get; set; }

    /// <summary>Woken when a segment was used up or died.</summary>
    public QueueWorker? Janitor { get; set; }

    /// <summary>Milliseconds since 1970.</summary>
    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Hands an operation to the committer.</summary>
    /// <param name="operation">Complete.</param>
    public void Enqueue(JournalOperation operation)
    {
        operation.FinishMeta();
        if (Committer!.IsClosed)
        {
            Committer.Reject(operation);
        }
        else if (Commits.Enqueue(operation))
        {
            Committer.Wake();
        }
    }

    /// <summary>The disk failed: nothing is accepted until restart.</summary>
    /// <param name="error">How.</param>
    public void Fail(Exception error)
    {
        if (State.TryFail())
        {
            QueueLog.Failed(Logger, error);
        }
    }

    /// <summary>Whether a body file found no space: then free segments alone are not enough.</summary>
    public bool LacksBodySpace { get; private set; }

    /// <summary>There is no space; said once, until there is some again.</summary>
    /// <param name="forBody">Whether it lacked for a body file.</param>
    public void ReportFull(bool forBody = false)
    {
        LacksBodySpace |= forBody;
        if (State.TryMove(StoreHealth.Open, StoreHealth.Full))
        {
            QueueLog.Full(Logger);
        }
    }

    /// <summary>There is space.</summary>
    public void ReportSpace()
    {
        LacksBodySpace = false;
        if (State.TryMove(StoreHealth.Full, StoreHealth.Open))
        {
            QueueLog.SpaceAgain(Logger);
        }
    }
}
