using System.Buffers;
using System.Collections.Concurrent;
using EdgeSmtp.Queue.Index;
using EdgeSmtp.Queue.Journal;
using EdgeSmtp.Queue.Store;
using EdgeSmtp.Queue.Workers;

namespace EdgeSmtp.Queue.Reading;

/// <summary>Reads messages back from disk, on its own thread because a cold disk blocks.</summary>
/// <param name="context">Its store.</param>
/// <param name="requests">Shared by all readers.</param>
internal sealed class ColdReader(QueueContext context, ConcurrentQueue<ReadRequest> requests) : QueueWorker("edgesmtp-reader")
{
    private const int MovesMax = 16;
    private const int RetryMilliseconds = 5000;

    /// <summary>What a message is held with when it cannot be read.</summary>
    public const string DamagedStatus = "The stored content is damaged; see the log, remove it or release it to try again.";

    /// <inheritdoc />
    public override bool Step()
    {
        if (!requests.TryDequeue(out ReadRequest? request))
        {
            return false;
        }

        try
        {
            Serve(request);
        }
        catch (Exception error)
        {
            // Not due at once: what just failed fails again, for as long as others have what it lacks.
            PutBack(request, RetryMilliseconds);
            request.TrySetException(error);
        }

        return true;
    }

    /// <inheritdoc />
    protected override void OnFault(Exception error) => context.Fail(error);

    private void Serve(ReadRequest request)
    {
        if (request.CancellationToken.IsCancellationRequested)
        {
            PutBack(request);
            request.TrySetCanceled(request.CancellationToken);
            return;
        }

        for (int moves = 0; moves < MovesMax; moves++)
        {
            if (!TryLocate(request.Id.Value, out Segment? segment, out RecordPlace place, out int bodySlot, out MessageState state))
            {
                request.TrySetResult(null);
                return;
            }

            if (request.Kind == ReadKind.Envelope && StoredEnvelope.Read(segment!.File, place, request.Id.Value) is { } envelope)
            {
                Give(request, new LeasedMessage(context, request.Id, envelope, state, ReadOnlySequence<byte>.Empty, isPeek: true) { BodySlot = bodySlot });
                return;
            }

            if (request.Kind != ReadKind.Envelope && ColdContent.Read(segment!.File, place, request.Id.Value, context.Files, context.Paths) is { } content)
            {
                context.Instruments.ColdReads.Add(request.IsPeek ? 0 : 1);
                Give(request, new LeasedMessage(context, request.Id, content.ReadEnvelope(), state, content.Content, request.IsPeek) { Cold = content, BodySlot = bodySlot });
                return;
            }

            if (Unpin(request.Id.Value, place, bodySlot))
            {
                break;
            }
        }

        Report(request);
    }

    private static void Give(ReadRequest request, LeasedMessage message)
    {
        if (!request.TrySetResult(message))
        {
            message.Dispose();
        }
    }

    private bool TryLocate(ulong id, out Segment? segment, out RecordPlace place, out int bodySlot, out MessageState state)
    {
        lock (context.State.Gate)
        {
            int number = context.State.Index.Find(id);
            if (number < 0)
            {
                (segment, place, bodySlot, state) = (null, default, -1, default);
                return false;
            }

            ref IndexEntry entry = ref context.State.Index[number];
            (place, bodySlot, state) = (entry.Place, entry.BodySlot, context.State.Index.StateOf(number));
            segment = context.State.Segments.Find(place.Slot);
            if (bodySlot >= 0)
            {
                context.State.Bodies.Use(bodySlot);
            }

            return true;
        }
    }

    /// <summary>Gives the body file back, and says whether the message is still where it was looked for: then it is damaged.</summary>
    private bool Unpin(ulong id, RecordPlace place, int bodySlot)
    {
        lock (context.State.Gate)
        {
            if (bodySlot >= 0)
            {
                context.State.Bodies.Release(bodySlot);
            }

            int number = context.State.Index.Find(id);
            return number >= 0 && context.State.Index[number].Place == place;
        }
    }

    private void Report(ReadRequest request)
    {
        if (!request.IsPeek)
        {
            context.Instruments.Damaged.Add();
            QueueLog.Damaged(context.Logger, request.Id);
            JournalOperation hold = context.Operations.Rent(OperationKind.Settle);
            hold.IsLazy = true;
            hold.IsDetached = true;
            hold.EndsAttempt = true;
            lock (context.State.Gate)
            {
                int number = context.State.Index.Find(request.Id.Value);
                hold.AddState(request.Id.Value, context.State.Index.StateOf(number) with { Held = true, Status = DamagedStatus });
            }

            context.Enqueue(hold);
        }

        request.TrySetResult(null);
    }

    private void PutBack(ReadRequest request, int pause = 0)
    {
        if (!request.IsPeek)
        {
            lock (context.State.Gate)
            {
                context.State.PutBack(request.Id.Value, context.Now + pause);
            }
        }
    }
}
