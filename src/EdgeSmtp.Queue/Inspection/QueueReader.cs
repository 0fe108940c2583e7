using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.FileSystem;
using EdgeSmtp.Queue.Journal;
using EdgeSmtp.Queue.Reading;
using EdgeSmtp.Queue.Recovery;

namespace EdgeSmtp.Queue.Inspection;

/// <summary>
/// Looks into a queue that no server has open: recovers its state without changing a byte. Blocks on the disk, so it is for programs that do nothing else,
/// such as the command line. With a server running it would read files that change under it; ask the server instead.
/// </summary>
public sealed class QueueReader
{
    private readonly IQueueFileSystem _files;
    private readonly QueuePaths _paths;
    private readonly RecoveredQueue _queue;

    private QueueReader(IQueueFileSystem files, QueuePaths paths, RecoveredQueue queue)
    {
        _files = files;
        _paths = paths;
        _queue = queue;
    }

    /// <summary>Reads the state.</summary>
    /// <param name="directory">The queue directory.</param>
    /// <exception cref="IOException">A server has it, or it cannot be read.</exception>
    public static QueueReader Open(string directory) => Open(directory, new LinuxFileSystem());

    /// <summary>All messages, oldest first.</summary>
    public IEnumerable<MessageSummary> List()
    {
        List<int> numbers = [];
        for (int number = 0; number < _queue.Index.HighWater; number++)
        {
            if (_queue.Index[number].Id != 0)
            {
                numbers.Add(number);
            }
        }

        return numbers.OrderBy(number => _queue.Index[number].ReceivedMilliseconds).ThenBy(number => _queue.Index[number].Id).Select(number => _queue.Index.Summarize(number));
    }

    /// <summary>One message.</summary>
    /// <param name="id">Its id.</param>
    public MessageSummary? Find(MessageId id) => _queue.Index.Find(id.Value) is >= 0 and var number ? _queue.Index.Summarize(number) : null;

    /// <summary>Reads a message with its content.</summary>
    /// <param name="id">Its id.</param>
    /// <returns><c>null</c> when there is none, or its content is damaged.</returns>
    public QueuedMessage? Read(MessageId id)
    {
        int number = _queue.Index.Find(id.Value);
        if (number < 0)
        {
            return null;
        }

        RecordPlace place = _queue.Index[number].Place;
        using IQueueFile segment = _files.Open(_paths.Segment(place.Slot), QueueFileAccess.Read);
        return ColdContent.Read(segment, place, id.Value, _files, _paths) is { } content ? new InspectedMessage(id, content, _queue.Index.StateOf(number)) : null;
    }

    /// <summary>Reads the envelope of a message.</summary>
    /// <param name="id">Its id.</param>
    /// <returns><c>null</c> when there is none, or it is damaged.</returns>
    public Envelope? ReadEnvelope(MessageId id)
    {
        int number = _queue.Index.Find(id.Value);
        if (number < 0)
        {
            return null;
        }

        RecordPlace place = _queue.Index[number].Place;
        using IQueueFile segment = _files.Open(_paths.Segment(place.Slot), QueueFileAccess.Read);
        return StoredEnvelope.Read(segment, place, id.Value);
    }

    internal static QueueReader Open(string directory, IQueueFileSystem files)
    {
        QueuePaths paths = new(directory);

        // Held while the state is read. A directory without files has no queue, and gets no lock file from somebody who only looks.
        using IDisposable? held = files.List(directory).Count > 0 ? files.Lock(paths.Lock) : null;
        return new QueueReader(files, paths, QueueRecovery.Run(files, paths));
    }
}
