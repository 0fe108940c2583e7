using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Pipeline.Facts;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>Filters of one transaction that asked to be asked again, and the room that the message takes while it waits for them. Guarded by the ledger.</summary>
/// <param name="room">Bounds all that waits; <c>null</c> when nothing may.</param>
internal sealed class Postponements(IPendingRoom? room)
{
    private List<FilterNode>? _nodes;
    private long _bytes;
    private bool _hasRoom;
    private bool _isRefused;

    /// <summary>A message that is ours already asks for no room: it has it. <c>null</c> for one that is not; else whether filters may still ask for more time.</summary>
    public bool? MayWaitOn { get; set; }

    /// <summary>Whether any filter owes a verdict.</summary>
    public bool Any => _nodes is { Count: > 0 };

    /// <summary>The names of those that do.</summary>
    public IEnumerable<string> Names => (_nodes ?? []).Select(static node => node.Name).Distinct(StringComparer.Ordinal);

    /// <summary>Finds room, once for a transaction however many filters ask.</summary>
    /// <param name="bytes">Bytes of the message.</param>
    public bool TryTakeRoom(long bytes)
    {
        if (MayWaitOn is { } may)
        {
            return may;
        }

        if (!_hasRoom && !_isRefused)
        {
            _hasRoom = room is not null && room.TryTake(bytes);
            _isRefused = !_hasRoom;
            _bytes = bytes;
        }

        return _hasRoom;
    }

    /// <summary>The call of a filter that asked has ended well.</summary>
    /// <param name="node">The filter.</param>
    public void Add(FilterNode node) => (_nodes ??= []).Add(node);

    /// <summary>The filters that owe a verdict for a recipient, by name and in order.</summary>
    /// <param name="recipient">The recipient; <c>null</c> for one that a filter added.</param>
    /// <param name="plan">Its plan.</param>
    public IReadOnlyList<string> For(Recipient? recipient, FilterPlan plan)
    {
        if (!Any)
        {
            return [];
        }

        List<string> names = [];
        foreach (FilterNode node in _nodes!)
        {
            bool isSkipped = recipient is not null && Array.Exists(node.RecipientSkips, fact => FactStore.IsSet(recipient, fact, node.Shadow));
            if (plan.Contains(node) && !isSkipped)
            {
                names.Add(node.Name);
            }
        }

        return names;
    }

    /// <summary>Hands the room over to who commits the message.</summary>
    /// <returns>Bytes that he must release; 0 for none.</returns>
    public long TakeRoom()
    {
        long bytes = _hasRoom ? _bytes : 0;
        _hasRoom = false;
        return bytes;
    }

    /// <summary>Ends the transaction.</summary>
    public void Clear()
    {
        if (TakeRoom() is > 0 and var bytes)
        {
            room!.Release(bytes);
        }

        _nodes?.Clear();
        _isRefused = false;
    }
}
