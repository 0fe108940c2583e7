using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Explain;
using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>What the logs say of messages that are ours and not for delivery: one line for each that waits, one for each recipient in quarantine.</summary>
internal static class AsideEvents
{
    /// <summary>Writes the lines.</summary>
    /// <param name="log">Takes them.</param>
    /// <param name="trace">Keeps the same for <c>edgesmtp explain</c>; <c>null</c> when nobody wants to know.</param>
    /// <param name="message">Committed.</param>
    public static void Write(IEventLog log, ExplainTrace? trace, Submission message)
    {
        Envelope envelope = message.Envelope;
        string? transaction = envelope.Origin?.Transaction;
        if (envelope.Lane == MessageLane.Pending)
        {
            log.Write(Begin(log, EventNames.Pending, message)
                .Add("filters", string.Join(' ', envelope.Owed)).Add("recipients", envelope.Recipients.Count).Add("size", message.Content.Length));
            foreach (string filter in envelope.Owed)
            {
                trace?.Add(new ExplainItem { Kind = ExplainItemKind.Pending, Transaction = transaction, Filter = filter });
            }
        }
        else if (envelope.Lane == MessageLane.Quarantine)
        {
            foreach (EnvelopeRecipient recipient in envelope.Recipients)
            {
                VerdictNote? why = recipient.Verdict;
                log.Write(Begin(log, EventNames.Quarantined, message)
                    .Add("to", recipient.ForwardPath.Bytes.Span).Add("reason", why?.Reason).Add("filter", why?.Filter).Add("detail", why?.Detail).Add("size", message.Content.Length));
                trace?.Add(new ExplainItem
                {
                    Kind = ExplainItemKind.Quarantined,
                    Transaction = transaction,
                    To = recipient.ForwardPath,
                    Name = why?.Reason,
                    Filter = why?.Filter,
                    Detail = why?.Detail,
                });
            }
        }
    }

    private static EventEntry Begin(IEventLog log, string name, Submission message) => log.Begin(name)
        .Add("session", message.Envelope.SessionId)
        .Add("client", message.Envelope.Origin?.Client.Address.ToString())
        .Add("id", message.Id.ToString())
        .Add("transaction", message.Envelope.Origin?.Transaction)
        .Add("from", message.Envelope.ReversePath.Bytes.Span);
}
