using EdgeSmtp.Delivery;
using EdgeSmtp.Sessions;

namespace EdgeSmtp.Server.Hosting;

/// <summary>Holds the configuration in force. Sessions and attempts take it once, at their start.</summary>
/// <param name="snapshot">The first.</param>
internal sealed class SnapshotHolder(ServerSnapshot snapshot) : ISnapshotSource, IDeliverySnapshotSource
{
    private ServerSnapshot _current = snapshot;

    /// <summary>For sessions.</summary>
    public SessionSnapshot Current => Volatile.Read(ref _current).Session;

    /// <summary>All of it.</summary>
    public ServerSnapshot Whole => Volatile.Read(ref _current);

    /// <summary>For attempts.</summary>
    DeliverySnapshot IDeliverySnapshotSource.Current => Volatile.Read(ref _current).Delivery;

    /// <summary>Puts another one in force.</summary>
    /// <param name="snapshot">The new one.</param>
    /// <returns>What was in force before.</returns>
    public ServerSnapshot Replace(ServerSnapshot snapshot) => Interlocked.Exchange(ref _current, snapshot);
}
