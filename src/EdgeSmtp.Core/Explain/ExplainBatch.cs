using System.Buffers;
using System.Net;

namespace EdgeSmtp.Core.Explain;

/// <summary>Some items of one session, on their way to the writer. Pooled.</summary>
public sealed class ExplainBatch
{
    /// <summary>Items in a batch, when calls without an opinion are left out of it, and when everything is.</summary>
    public const int QuietItemsMax = 256;

    private const int ItemsMax = 2 * QuietItemsMax;
    private const int FirstItems = 8;

    private ExplainItem[] _items = [];
    private int _count;

    /// <summary>Id of the session.</summary>
    public string Session { get; private set; } = string.Empty;

    /// <summary>Name of the listener.</summary>
    public string Listener { get; private set; } = string.Empty;

    /// <summary>The client.</summary>
    public IPAddress Client { get; private set; } = IPAddress.None;

    /// <summary>What the client called itself so far; <c>null</c> for nothing.</summary>
    public string? Hello { get; private set; }

    /// <summary>Version of TLS; <c>null</c> in clear.</summary>
    public string? Tls { get; private set; }

    /// <summary>When the session began.</summary>
    public DateTimeOffset Started { get; private set; }

    /// <summary>The items, in order.</summary>
    public ReadOnlySpan<ExplainItem> Items => _items.AsSpan(0, _count);

    /// <summary>Items that found no room.</summary>
    public int Omitted { get; private set; }

    /// <summary>Adds an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="at">Its time.</param>
    /// <param name="isQuiet">Whether it is one that is left out first.</param>
    public void Add(in ExplainItem item, TimeSpan at, bool isQuiet)
    {
        if (_count >= (isQuiet ? QuietItemsMax : ItemsMax))
        {
            Omitted++;
            return;
        }

        if (_count == _items.Length)
        {
            Grow();
        }

        // The one copy that is made of it: an item is large, and a session has many.
        ref ExplainItem place = ref _items[_count++];
        place = item;
        place.At = at;
    }

    /// <summary>Says whose items these are.</summary>
    /// <param name="session">The session.</param>
    public void Close(Abstractions.Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        Session = session.Id;
        Listener = session.Listener;
        Client = session.Client.Address;
        Hello = session.Hello;
        Tls = session.Tls?.Protocol;
        Started = session.Started;
    }

    /// <summary>Makes it as new. A long session's large array goes back.</summary>
    public void Reset()
    {
        if (_items.Length > FirstItems * 8)
        {
            ArrayPool<ExplainItem>.Shared.Return(_items, clearArray: true);
            _items = [];
        }
        else
        {
            Array.Clear(_items, 0, _count);
        }

        _count = 0;
        Omitted = 0;
    }

    private void Grow()
    {
        ExplainItem[] larger = ArrayPool<ExplainItem>.Shared.Rent(Math.Max(FirstItems, _count * 2));
        Items.CopyTo(larger);
        if (_items.Length > 0)
        {
            ArrayPool<ExplainItem>.Shared.Return(_items, clearArray: true);
        }

        _items = larger;
    }
}
