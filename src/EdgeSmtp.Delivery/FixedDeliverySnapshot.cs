namespace EdgeSmtp.Delivery;

/// <summary>A source whose snapshot is replaced by assignment: the simplest that can be reloaded.</summary>
/// <param name="snapshot">The first snapshot.</param>
public sealed class FixedDeliverySnapshot(DeliverySnapshot snapshot) : IDeliverySnapshotSource
{
    private DeliverySnapshot _current = snapshot;

    /// <inheritdoc />
    public DeliverySnapshot Current => Volatile.Read(ref _current);

    /// <summary>Puts another one in force.</summary>
    /// <param name="snapshot">Complete and checked.</param>
    public void Replace(DeliverySnapshot snapshot) => Volatile.Write(ref _current, snapshot);
}
