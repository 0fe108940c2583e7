using EdgeSmtp.Delivery.Attempts;

namespace EdgeSmtp.Delivery.Transports;

/// <summary>Hands batches over.</summary>
internal interface ITransport
{
    /// <summary>Makes one attempt and decides every recipient of the batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="cancellationToken">Fires when the time of a stop is up; the attempt then never happened.</param>
    ValueTask DeliverAsync(DeliveryBatch batch, CancellationToken cancellationToken);
}
