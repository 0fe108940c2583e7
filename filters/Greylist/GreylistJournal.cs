namespace EdgeSmtp.Filters.Greylist;

/// <summary>
/// Keeps the store file: appends news, and writes it anew when most of it is old. Writes and syncs on a thread of its own, so that no session and no thread of the pool ever waits
/// for the disk. The tables are what counts: a disk that is full or broken costs only what would have survived a restart.
/// </summary>
internal sealed class GreylistJournal : IAsyncDisposable
{
    // News that the disk did not take yet. Beyond it they are dropped, and the whole file is written when the disk is back.
    private const int UnsavedMax = 16 * 1024;
    private const int UnsavedAtFirst = 64;

    // An old record is worth less than writing everything, until there are twice as many as alive ones.
    private const int RecordsBeforeRewrite = 20_000;

    private readonly string _path;
    private readonly IStoreFolder _folder;
    private readonly GreylistTables _tables;
    private readonly GreylistLog _log;
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly ITimer _timer;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<TaskCompletionSource> _waiters = [];
    private byte[] _unsaved = new byte[UnsavedAtFirst * GreylistRecord.Bytes];
    private int _unsavedBytes;
    private bool _needsRewrite;
    private bool _isStopping;

    // Of the thread alone.
    private IStoreFile? _file;
    private long _length;
    private long _records;
    private long _recordsAtRewrite;
    private bool _hasFailed;

    /// <summary>Starts to keep a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="records">Records that it holds.</param>
    /// <param name="saveInterval">How often news are written.</param>
    /// <param name="folder">The file system.</param>
    /// <param name="tables">Everything known.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told what fails.</param>
    public GreylistJournal(string path, long records, TimeSpan saveInterval, IStoreFolder folder, GreylistTables tables, TimeProvider time, GreylistLog log)
    {
        _path = path;
        _records = records;
        _folder = folder;
        _tables = tables;
        _log = log;
        new Thread(Run) { IsBackground = true, Name = "greylist store" }.Start();
        _timer = time.CreateTimer(static wake => ((AutoResetEvent)wake!).Set(), _wake, saveInterval, saveInterval);
    }

    /// <summary>Takes news. Never waits for the disk.</summary>
    public void Add(in GreylistRecord record)
    {
        bool isHalfFull = false;
        lock (_lock)
        {
            if (_unsavedBytes == UnsavedMax * GreylistRecord.Bytes)
            {
                _unsavedBytes = 0;
                _needsRewrite = true;
            }

            // What comes before the file is written anew is in the tables, and so in the new file.
            if (!_needsRewrite)
            {
                if (_unsavedBytes == _unsaved.Length)
                {
                    Array.Resize(ref _unsaved, _unsaved.Length * 2);
                }

                record.WriteTo(_unsaved.AsSpan(_unsavedBytes));
                _unsavedBytes += GreylistRecord.Bytes;
                isHalfFull = _unsavedBytes == UnsavedMax * GreylistRecord.Bytes / 2;
            }
        }

        if (isHalfFull)
        {
            _wake.Set();
        }
    }

    /// <summary>Writes news now. Ends when the attempt was made, whether it succeeded or not.</summary>
    public Task SaveAsync()
    {
        TaskCompletionSource waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_isStopping)
            {
                return Task.CompletedTask;
            }

            _waiters.Add(waiter);
        }

        _wake.Set();
        return waiter.Task;
    }

    /// <summary>Writes news a last time and ends the thread.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        lock (_lock)
        {
            _isStopping = true;
        }

        _wake.Set();
        await _ended.Task.ConfigureAwait(false);
        _wake.Dispose();
    }

    private void Run()
    {
        bool isLast = false;
        while (!isLast)
        {
            _wake.WaitOne();
            List<TaskCompletionSource> waiters;
            lock (_lock)
            {
                waiters = _waiters;
                _waiters = [];
                isLast = _isStopping;
            }

            Save();
            foreach (TaskCompletionSource waiter in waiters)
            {
                waiter.SetResult();
            }
        }

        _file?.Dispose();
        _ended.SetResult();
    }

    private void Save()
    {
        try
        {
            bool rewrites;
            lock (_lock)
            {
                if (_unsavedBytes == 0 && !_needsRewrite)
                {
                    return;
                }

                rewrites = _needsRewrite;
            }

            if (rewrites || _records > RecordsBeforeRewrite + (2 * _recordsAtRewrite))
            {
                Rewrite();
            }
            else
            {
                Append();
            }

            if (_hasFailed)
            {
                _hasFailed = false;
                _log.WrittenAgain(_path);
            }
        }
        catch (Exception exception)
        {
            // Whatever it is, the thread lives on: it is the only one that writes, and the disk may come back.
            _hasFailed = true;
            _log.NotWritten(_path, exception.Message);
        }
    }

    /// <summary>Writes news behind what is known to be whole. A part of them that an earlier attempt left is written over.</summary>
    private void Append()
    {
        if (_file is null)
        {
            _file = _folder.Open(_path, isNew: false);
            _length = _file.Length - (_file.Length % GreylistRecord.Bytes);
        }

        byte[] news;
        lock (_lock)
        {
            news = _unsaved.AsSpan(0, _unsavedBytes).ToArray();
        }

        _file.Write(news, _length);
        _file.Sync();
        _length += news.Length;
        _records += news.Length / GreylistRecord.Bytes;
        lock (_lock)
        {
            // What was added meanwhile stays for the next time; when there was too much of it, nothing is left.
            int rest = Math.Max(0, _unsavedBytes - news.Length);
            _unsaved.AsSpan(_unsavedBytes - rest, rest).CopyTo(_unsaved);
            _unsavedBytes = rest;
        }
    }

    /// <summary>Writes everything known under another name, and renames it: whoever reads the file finds the old one or the new one, and never half of it.</summary>
    private void Rewrite()
    {
        lock (_lock)
        {
            // From here on news go behind the new file. Those that are in it as well are in it twice, which changes nothing.
            _unsavedBytes = 0;
            _needsRewrite = false;
        }

        IStoreFile? fresh = null;
        try
        {
            string path = _path + ".new";
            fresh = _folder.Open(path, isNew: true);
            long length = WriteAll(fresh);
            fresh.Sync();
            _folder.Move(path, _path);
            _file?.Dispose();
            _file = fresh;
            _length = length;
            _records = _recordsAtRewrite = length / GreylistRecord.Bytes;
        }
        catch
        {
            fresh?.Dispose();
            lock (_lock)
            {
                _unsavedBytes = 0;
                _needsRewrite = true;
            }

            throw;
        }
    }

    private long WriteAll(IStoreFile file)
    {
        byte[] block = new byte[1024 * GreylistRecord.Bytes];
        long length = 0;
        int filled = 0;
        foreach (GreylistRecord record in _tables.Snapshot())
        {
            record.WriteTo(block.AsSpan(filled));
            filled += GreylistRecord.Bytes;
            if (filled == block.Length)
            {
                file.Write(block, length);
                length += filled;
                filled = 0;
            }
        }

        file.Write(block.AsSpan(0, filled), length);
        return length + filled;
    }
}
