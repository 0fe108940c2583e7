using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Bodies;
using EdgeSmtp.Queue.Index;
using EdgeSmtp.Queue.Journal;

namespace EdgeSmtp.Queue.Store;

/// <summary>Turns submissions, settlements and operators' wishes into frames.</summary>
/// <param name="context">Its store.</param>
/// <param name="bodies">Writes large bodies first.</param>
internal sealed class OperationBuilder(QueueContext context, BodyWriter bodies)
{
    private const int RecipientsMax = ushort.MaxValue;

    /// <summary>A frame of new messages.</summary>
    /// <param name="messages">One or more.</param>
    /// <param name="staged">Owned from here on.</param>
    public JournalOperation Submit(IReadOnlyList<Submission> messages, StagedMessage? staged)
    {
        JournalOperation operation = context.Operations.Rent(OperationKind.Submit);
        operation.Staged = staged;
        AddAll(operation, messages, context.Options.InlineBytesMax);
        return operation;
    }

    /// <summary>A frame with what an attempt changed.</summary>
    /// <param name="message">The message; its state is brought up to date.</param>
    /// <param name="settlement">What changed.</param>
    public JournalOperation Settle(LeasedMessage message, Settlement settlement)
    {
        MessageState state = message.State;
        state = state with { Done = state.Done.With(settlement.Done, state.Recipients), Status = MessageState.Cut(settlement.LastStatus) ?? state.Status };
        bool gone = state.Done.Count == state.Recipients;
        bool final = gone || settlement.Hold || settlement.NextAttempt is not null;
        if (final && !gone)
        {
            state = state with
            {
                Attempts = (ushort)Math.Min(state.Attempts + 1, ushort.MaxValue),
                Held = settlement.Hold,
                NextMilliseconds = settlement.NextAttempt?.ToUnixTimeMilliseconds() ?? state.NextMilliseconds,
            };
        }

        JournalOperation operation = context.Operations.Rent(OperationKind.Settle);
        operation.IsLazy = operation.IsDetached = !settlement.Durable;
        operation.EndsAttempt = final;
        if (gone)
        {
            operation.AddRemove(message.Id.Value);
        }
        else
        {
            operation.AddState(message.Id.Value, state);
        }

        // Reports stay inline whenever the journal can take them: a settlement must not fail for want of a body file.
        AddAll(operation, settlement.Reports, context.Options.SegmentBytes / 4);
        message.State = state;
        message.IsFinal = final;
        return operation;
    }

    /// <summary>A frame with an operator's wish.</summary>
    /// <param name="id">The message.</param>
    /// <param name="state">Its state.</param>
    /// <param name="action">The wish.</param>
    public JournalOperation Act(ulong id, in MessageState state, OperatorAction action)
    {
        JournalOperation operation = context.Operations.Rent(OperationKind.Operator);
        operation.EndsAttempt = true;
        switch (action)
        {
            case OperatorAction.Remove:
                operation.AddRemove(id);
                break;
            case OperatorAction.Hold:
                operation.AddState(id, state with { Held = true });
                break;
            case OperatorAction.Release:
                operation.AddState(id, state with { Held = false, NextMilliseconds = context.Now });
                break;
            default:
                operation.AddState(id, state with { NextMilliseconds = context.Now });
                break;
        }

        return operation;
    }

    /// <summary>Hands a frame over: to the body writer when a body has to be written before it.</summary>
    /// <param name="operation">Complete.</param>
    public void Send(JournalOperation operation)
    {
        foreach (ref RecordDraft record in operation.Records)
        {
            if (record.Header.External)
            {
                bodies.Enqueue(operation);
                return;
            }
        }

        context.Enqueue(operation);
    }

    private void AddAll(JournalOperation operation, IReadOnlyList<Submission> messages, long inlineMax)
    {
        long inline = 0;
        for (int i = 0; i < messages.Count; i++)
        {
            Submission message = messages[i];
            int recipients = message.Envelope.Recipients.Count;
            if (recipients is 0 or > RecipientsMax)
            {
                throw new ArgumentException($"A message has 1 to {RecipientsMax} recipients, this one {recipients}.", nameof(messages));
            }

            long received = message.Envelope.Received.ToUnixTimeMilliseconds();
            MessageState state = new(0, (message.Envelope.Flags & EnvelopeFlags.Held) != 0, received, (ushort)recipients, default, null);

            // Several groups share a frame, and a frame has to fit a segment.
            bool external = message.Content.Length > inlineMax || inline + message.Content.Length > context.Options.SegmentBytes / 2;
            inline += external ? 0 : message.Content.Length;
            operation.AddMessage(message.Id.Value, message.Envelope, message.Content, state, external);
        }

        if (operation.FrameLength > context.Options.SegmentBytes - Layout.FramesOffset)
        {
            throw new ArgumentException("The envelopes do not fit a segment; lower the number of recipients or raise SegmentBytes.", nameof(messages));
        }
    }
}
