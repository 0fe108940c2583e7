using EdgeSmtp.Delivery.Attempts;

namespace EdgeSmtp.Delivery.Transports;

/// <summary>Forgets every message: for load tests and for addresses that are to vanish.</summary>
internal sealed class DiscardTransport : ITransport
{
    private static readonly Disposition Discarded = Disposition.Delivered("discarded");

    /// <inheritdoc />
    public ValueTask DeliverAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        batch.DecideRest(Discarded);
        return ValueTask.CompletedTask;
    }
}
