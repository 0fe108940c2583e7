using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.FileSystem;
using EdgeSmtp.Queue.Journal;
using EdgeSmtp.Queue.Reading;
using EdgeSmtp.Queue.Recovery;

namespace EdgeSmtp.Queue;

/// <summary>The queue of a server that does not run, for <c>queue list</c> and <c>queue show</c>: the same recovery, and nothing is changed.</summary>
public sealed class QueueReader : IDisposable
{
    private readonly IQueueFileSystem _files;
    private readonly QueuePaths _paths;
    private readonly RecoveredQueue _queue;
    private readonly IDisposable? _lock;

    private QueueReader(IQueueFileSystem files, QueuePaths paths)
    {
        _files = files;
        _paths = paths;

        // A directory without files has no queue, and gets no lock file from somebody who only looks.
        _lock = files.List(paths.Directory).Count > 0 ? files.Lock(paths.Lock) : null;
        _queue = QueueRecovery.Run(files, paths);
    }

    /// <summary>Messages in the queue.</summary>
    public int Count => _queue.Index.Count;

    /// <summary>What recovery found.</summary>
    public RecoveryReport Recovery => _queue.Report;

    /// <summary>Recovers the state; blocks while it reads.</summary>
    /// <param name="directory">The queue directory.</param>
    /// <param name="files">The disk; <c>null</c> for the real one.</param>
    /// <exception cref="IOException">A server has the directory, or it cannot be read.</exception>
    public static QueueReader Open(string directory, IQueueFileSystem? files = null) => new(files ?? new LinuxFileSystem(), new QueuePaths(directory));

    /// <summary>All messages, oldest first.</summary>
    public IEnumerable<MessageSummary> List()
    {
        List<(ulong Id, int Number)> order = [];
        for (int number = 0; number < _queue.Index.HighWater; number++)
        {
            if (_queue.Index[number].Id is not 0 and var id)
            {
                order.Add((id, number));
            }
        }

        order.Sort();
        foreach ((_, int number) in order)
        {
            yield return _queue.Index.Summarize(number);
        }
    }

    /// <summary>One message.</summary>
    /// <param name="id">Its id.</param>
    public MessageSummary? Find(MessageId id) => _queue.Index.Find(id.Value) is >= 0 and var number ? _queue.Index.Summarize(number) : null;

    /// <summary>Reads a message.</summary>
    /// <param name="id">Its id.</param>
    /// <returns><c>null</c> when it is not there, or damaged. The caller disposes it.</returns>
    public QueuedMessage? Read(MessageId id)
    {
        int number = _queue.Index.Find(id.Value);
        if (number < 0)
        {
            return null;
        }

        RecordPlace place = _queue.Index[number].Place;
        using IQueueFile segment = _files.Open(_paths.Segment(place.Slot), QueueFileAccess.Read);
        return ColdContent.Read(segment, place, id.Value, _files, _paths) is { } content ? new StoredMessage(id, content, _queue.Index.StateOf(number)) : null;
    }

    /// <inheritdoc />
    public void Dispose() => _lock?.Dispose();
}
