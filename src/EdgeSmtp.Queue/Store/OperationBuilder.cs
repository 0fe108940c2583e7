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
            MessageLane lane = settlement.Lane ?? state.Lane;
            int attempts = settlement.CountsAsAttempt ? state.Attempts + 1 : state.Attempts;
            state = state with
            {
                Attempts = (ushort)(lane == state.Lane ? Math.Min(attempts, ushort.MaxValue) : 0),
                Lane = lane,
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

    /// <summary>A frame that puts messages in the place of one. What ends the attempt is its first record, and that is of the message itself.</summary>
    /// <param name="message">The message.</param>
    /// <param name="replacement">What comes.</param>
    /// <param name="staged">Owned from here on.</param>
    public JournalOperation Replace(LeasedMessage message, Replacement replacement, StagedMessage? staged)
    {
        JournalOperation operation = context.Operations.Rent(OperationKind.Replace);
        operation.Staged = staged;
        operation.EndsAttempt = true;
        if (replacement.Messages is not [{ } first, ..] || first.Id != message.Id)
        {
            MessageState state = message.State with { Done = message.State.Done.With(replacement.Done, message.State.Recipients) };
            if (state.Done.Count == state.Recipients)
            {
                operation.AddRemove(message.Id.Value);
            }
            else
            {
                operation.AddState(message.Id.Value, state);
            }
        }

        AddAll(operation, replacement.Messages, context.Options.InlineBytesMax);
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

            long since = message.Envelope.Since.ToUnixTimeMilliseconds();
            MessageState state = new(0, (message.Envelope.Flags & EnvelopeFlags.Held) != 0, since, (ushort)recipients, default, StatusOf(message.Envelope), message.Envelope.Lane);

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

    /// <summary>What lists show of a message that waits for something else than delivery: the index has no room for more.</summary>
    private static string? StatusOf(Envelope envelope)
    {
        switch (envelope.Lane)
        {
            case MessageLane.Pending:
                return MessageState.Cut("waits for " + string.Join(", ", envelope.Owed));
            case MessageLane.Quarantine:
                string[] reasons = [.. envelope.Recipients.Select(static recipient => recipient.Verdict?.Reason).OfType<string>().Distinct(StringComparer.Ordinal)];
                return reasons.Length == 0 ? null : MessageState.Cut(string.Join(' ', reasons));
            default:
                return null;
        }
    }
}
