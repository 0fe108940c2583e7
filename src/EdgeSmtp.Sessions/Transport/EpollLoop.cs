using System.Runtime.InteropServices;

namespace EdgeSmtp.Sessions.Transport;

/// <summary>One thread that waits for events of all sockets and does nothing but pass them on.</summary>
internal sealed class EpollLoop : IDisposable
{
    private const int EventsMax = 512;
    private const int EntriesAtFirst = 64;
    private const ulong WakerToken = ulong.MaxValue;

    private readonly SocketDescriptor _epoll = NativeEpoll.Create();
    private readonly Lock _lock = new();
    private readonly Stack<int> _free = new();
    private readonly Thread _thread;
    private EpollEntry?[] _entries = new EpollEntry?[EntriesAtFirst];
    private uint[] _owners = new uint[EntriesAtFirst];
    private int _used;
    private volatile SocketDescriptor? _waker;

    /// <summary>Starts the thread.</summary>
    public EpollLoop()
    {
        _thread = new Thread(Run) { Name = "edgesmtp-epoll", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Begins to watch a socket for something to read.</summary>
    /// <param name="entry">Hears of it, maybe before this returns.</param>
    /// <param name="socket">The socket, not blocking.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">The system has no room for it.</exception>
    public void Add(EpollEntry entry, SafeHandle socket)
    {
        Register(entry);
        try
        {
            NativeEpoll.Add(_epoll, socket, SocketEvents.Readable | SocketEvents.PeerEnded, entry.Token);
        }
        catch
        {
            Remove(entry);
            throw;
        }
    }

    /// <summary>Watches for room to write too. Few connections ever need it, and all others are spared the events.</summary>
    /// <param name="entry">Added before.</param>
    /// <param name="socket">Its socket.</param>
    public void WatchWrites(EpollEntry entry, SafeHandle socket) =>
        NativeEpoll.Modify(_epoll, socket, SocketEvents.Readable | SocketEvents.PeerEnded | SocketEvents.Writable, entry.Token);

    /// <summary>Passes nothing on any more. To be followed by the close of the socket, which is what ends the watch.</summary>
    public void Remove(EpollEntry entry)
    {
        int place = (int)(uint)entry.Token;
        lock (_lock)
        {
            if (_entries[place] == entry)
            {
                _entries[place] = null;
                _owners[place]++;
                _free.Push(place);
            }
        }
    }

    /// <summary>Ends the thread with the next event. Whatever is still watched is watched no more.</summary>
    public void Dispose()
    {
        if (_waker is null)
        {
            _waker = NativeEpoll.CreateReadyEvent();
            NativeEpoll.Add(_epoll, _waker, SocketEvents.Readable, WakerToken);
        }
    }

    /// <summary>Waits for the thread, which <see cref="Dispose"/> does not.</summary>
    /// <param name="patience">How long at most.</param>
    /// <returns>Whether it has ended.</returns>
    public bool WaitForEnd(TimeSpan patience) => _thread.Join(patience);

    private void Register(EpollEntry entry)
    {
        lock (_lock)
        {
            if (!_free.TryPop(out int place))
            {
                place = _used++;
                if (place == _entries.Length)
                {
                    Array.Resize(ref _entries, place * 2);
                    Array.Resize(ref _owners, place * 2);
                }
            }

            _entries[place] = entry;
            entry.Token = ((ulong)_owners[place] << 32) | (uint)place;
        }
    }

    private EpollEntry? Find(ulong token)
    {
        lock (_lock)
        {
            // Unsigned, so that the token of the waker is beyond every place.
            uint place = (uint)token;
            return place < (uint)_used && _owners[place] == (uint)(token >> 32) ? _entries[place] : null;
        }
    }

    private void Run()
    {
        Span<byte> events = new byte[EventsMax * NativeEpoll.EventBytes];

        // The event ends it, and not the field, which is set before the event is watched: the descriptors would be closed too early.
        for (bool isEnding = false; !isEnding;)
        {
            int count = NativeEpoll.Wait(_epoll, events);
            for (int i = 0; i < count; i++)
            {
                SocketEvents happened = NativeEpoll.Read(events, i, out ulong token);
                isEnding |= token == WakerToken;
                Find(token)?.OnEvents(happened);
            }
        }

        _waker?.Dispose();
        _epoll.Dispose();
    }
}
