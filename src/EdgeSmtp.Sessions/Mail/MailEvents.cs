using System.Globalization;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Explain;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>The lines that a session writes to the event log (§8.28 of the design). Every refusal passes here, so spans learn of it here too.</summary>
internal sealed class MailEvents(IEventLog log, OpenedSession opened, TimeProvider time)
{
    private readonly InboundSession _session = opened.Client;
    private readonly ExplainTrace? _trace = opened.Filters.Trace;
    private readonly long _began = time.GetTimestamp();
    private string? _client;

    /// <summary>Time since the session began.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_began);

    /// <summary>A recipient was refused.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="to">The forward-path.</param>
    /// <param name="code">Reply code.</param>
    /// <param name="reason">Token of the reason.</param>
    /// <param name="verdict">The verdict when a filter refused.</param>
    /// <param name="filter">Name of that filter.</param>
    public void RecipientRefused(MailTransaction transaction, MailPath to, int code, string reason, Verdict verdict = default, string? filter = null)
    {
        log.Write(Refused(transaction, code, reason, verdict, filter).Add("to", to.Bytes.Span));
        Explain(code, reason, verdict, filter, transaction.Id, to);
    }

    /// <summary>A whole transaction was refused, at MAIL or after its content.</summary>
    public void TransactionRefused(MailTransaction transaction, int code, string reason, long sizeBytes, Verdict verdict = default, string? filter = null)
    {
        log.Write(AddRecipients(Refused(transaction, code, reason, verdict, filter), transaction).Add("size", sizeBytes));
        Explain(code, reason, verdict, filter, transaction.Id, null);
    }

    /// <summary>A message that every filter let through could not be stored; its transaction has ended since.</summary>
    public void CommitRefused(CommittedMessage message, int code, string reason)
    {
        log.Write(AddVerdict(Begin(EventNames.Refused, message.TraceId).Add("id", message.Id).Add("from", message.From.Bytes.Span), code, reason, default, null)
            .Add("to", message.To).Add("recipients", message.Recipients).Add("size", message.SizeBytes));
        _trace?.Refused(code, reason, message.Id, null, null, null);
    }

    /// <summary>The session was refused before any transaction.</summary>
    public void SessionRefused(int code, string reason, Verdict verdict = default, string? filter = null)
    {
        log.Write(AddVerdict(Begin(EventNames.Refused, opened.Spans?.TraceId), code, reason, verdict, filter));
        Explain(code, reason, verdict, filter, null, null);
    }

    /// <summary>A message is ours.</summary>
    public void Committed(CommittedMessage message)
    {
        EventEntry entry = Begin(EventNames.Committed, message.TraceId).Add("id", message.Id).Add("further", message.FurtherIds).Add("from", message.From.Bytes.Span).Add("to", message.To)
            .Add("recipients", message.Recipients).Add("size", message.SizeBytes).Add("reply", 250L).Add("delay", message.Delay);
        log.Write(message.IsDiscarded ? entry.Add("discarded", true) : entry);
        _trace?.Committed(message.Id, message.IsDiscarded);
    }

    /// <summary>The session ended.</summary>
    public void Ended(string reason, SessionCounts counts)
    {
        log.Write(Begin(EventNames.SessionEnd, null).Add("reason", reason).Add("commands", counts.Commands).Add("errors", counts.Errors).Add("messages", counts.Messages)
            .Add("accepted", counts.RecipientsAccepted).Add("refused", counts.RecipientsRefused).Add("bytes", counts.ContentBytes).Add("duration", Elapsed));
        _trace?.Ended(reason);
    }

    /// <summary>The recipients as one text: a line names few of them whole, and counts the rest.</summary>
    public static string JoinRecipients(IReadOnlyList<Recipient> recipients)
    {
        const int NamedMax = 10;
        if (recipients.Count == 1)
        {
            return recipients[0].ForwardPath.ToString();
        }

        StringBuilder text = new();
        for (int i = 0; i < recipients.Count && i < NamedMax; i++)
        {
            text.Append(i == 0 ? string.Empty : " ").Append(recipients[i].ForwardPath);
        }

        return recipients.Count > NamedMax ? text.Append(CultureInfo.InvariantCulture, $" and {recipients.Count - NamedMax} more").ToString() : text.ToString();
    }

    private void Explain(int code, string reason, Verdict verdict, string? filter, string? transactionId, MailPath? to)
    {
        string token = verdict.Reason?.Token ?? reason;
        _trace?.Refused(code, token, transactionId, to, filter, verdict.Detail);
        opened.Spans?.Refused(code, token, filter, isWhole: to is null);
    }

    private EventEntry Refused(MailTransaction transaction, int code, string reason, Verdict verdict, string? filter) =>
        AddVerdict(Begin(EventNames.Refused, opened.Spans?.TraceId).Add("id", transaction.Id).Add("from", transaction.ReversePath.Bytes.Span), code, reason, verdict, filter);

    private static EventEntry AddRecipients(EventEntry entry, MailTransaction transaction) => transaction.Recipients.Count == 0
        ? entry
        : entry.Add("to", JoinRecipients(transaction.Recipients)).Add("recipients", transaction.Recipients.Count);

    private static EventEntry AddVerdict(EventEntry entry, int code, string reason, Verdict verdict, string? filter) =>
        entry.Add("reply", (long)code).Add("reason", verdict.Reason?.Token ?? reason).Add("filter", filter).Add("detail", verdict.Detail);

    private EventEntry Begin(string name, string? traceId)
    {
        _client ??= _session.Client.Address.ToString();
        EventEntry entry = log.Begin(name).Add("session", _session.Id).Add("trace", traceId).Add("listener", _session.Listener).Add("client", _client).Add("name", _session.ClientName).Add("hello", _session.Hello);
        return _session.Tls is { } tls ? entry.Add("tls", tls.Protocol) : entry;
    }
}
