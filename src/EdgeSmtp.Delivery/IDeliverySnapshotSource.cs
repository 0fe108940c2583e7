namespace EdgeSmtp.Delivery;

/// <summary>Gives the configuration in force. A reload changes what it gives, never what it gave.</summary>
public interface IDeliverySnapshotSource
{
    /// <summary>The snapshot in force.</summary>
    DeliverySnapshot Current { get; }
}
