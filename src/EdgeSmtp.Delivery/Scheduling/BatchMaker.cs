using EdgeSmtp.Core.Storage;
using EdgeSmtp.Delivery.Attempts;
using EdgeSmtp.Delivery.Routing;

namespace EdgeSmtp.Delivery.Scheduling;

/// <summary>Splits the open recipients of a message by destination, and each destination's into transactions.</summary>
internal sealed class BatchMaker(LaneTable lanes)
{
    private static readonly int[] OnlyFirst = [0];

    /// <summary>Makes the batches of an attempt, and tells the attempt how many there are.</summary>
    public DeliveryBatch[] Make(MessageAttempt attempt)
    {
        QueuedMessage message = attempt.Message;
        IReadOnlyList<EnvelopeRecipient> recipients = message.Envelope.Recipients;
        DeliveryBatch[] batches = recipients.Count == 1
            ? message.IsDone(0) ? [] : [new DeliveryBatch(attempt, LaneOf(attempt, 0), OnlyFirst)]
            : MakeMany(attempt, recipients.Count);
        attempt.Begin(batches.Length);
        return batches;
    }

    private DeliveryBatch[] MakeMany(MessageAttempt attempt, int count)
    {
        Dictionary<Lane, List<int>> groups = [];
        for (int i = 0; i < count; i++)
        {
            if (attempt.Message.IsDone(i)) continue;
            Lane lane = LaneOf(attempt, i);
            if (!groups.TryGetValue(lane, out List<int>? group)) groups[lane] = group = [];
            group.Add(i);
        }

        List<DeliveryBatch> batches = new(groups.Count);
        foreach ((Lane lane, List<int> group) in groups)
        {
            for (int start = 0; start < group.Count; start += lane.Route.RecipientsMax)
            {
                int length = Math.Min(lane.Route.RecipientsMax, group.Count - start);
                batches.Add(new DeliveryBatch(attempt, lane, [.. group.GetRange(start, length)]));
            }
        }

        return [.. batches];
    }

    private Lane LaneOf(MessageAttempt attempt, int recipient)
    {
        Envelope envelope = attempt.Message.Envelope;
        Protocol.Addresses.MailPath path = envelope.Recipients[recipient].ForwardPath;
        Route route = attempt.Snapshot.Routes.Find(path, envelope.ReversePath.IsNull);
        return lanes.Get(route, path.DomainALabel);
    }
}
