using System.Buffers;
using System.Globalization;
using System.Text;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Delivery.Content;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Delivery.Reports;

/// <summary>
/// Writes delivery status notifications: multipart/report (RFC 6522) with a text for people, message/delivery-status (RFC 3464) and the header of the message.
/// Never its body: a report must not carry to a forged sender what a stranger wanted carried.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="ids">Makes ids.</param>
public sealed class ReportBuilder(TimeProvider time, MessageIdGenerator ids)
{
    private const int HeaderBytesMax = 64 * 1024;

    /// <summary>Writes one report.</summary>
    /// <param name="original">Envelope of the message that it is about.</param>
    /// <param name="originalId">Id of that message.</param>
    /// <param name="content">That message.</param>
    /// <param name="recipients">Recipients that it speaks of, at least one, all with the same kind of action.</param>
    /// <param name="to">Who gets it: the reverse-path, or postmaster for a double bounce.</param>
    /// <param name="identity">Who reports.</param>
    public Submission Build(
        Envelope original, MessageId originalId, ReadOnlySequence<byte> content, IReadOnlyList<ReportedRecipient> recipients, MailPath to, ReportIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(recipients);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(identity);
        MessageId id = ids.Next();
        DateTimeOffset now = time.GetUtcNow();
        byte[] header = MessageHeader.Copy(content, HeaderBytesMax);
        bool isHeaderAscii = Ascii.IsValid(header);
        // RFC 6533 §4: the international forms only where the reader can take them.
        bool isUtf8 = !to.IsAscii;
        bool isEightBit = isUtf8 || !isHeaderAscii;
        StringBuilder report = new(2048 + header.Length);
        string boundary = $"{id}.{originalId}/{identity.Hostname}";
        WriteTop(report, id, now, recipients[0].Action, to, identity, boundary, isEightBit);
        WriteText(report, recipients, identity, boundary);
        WriteStatus(report, original, recipients, identity, boundary, isUtf8, now);
        bool isUtf8Header = !isHeaderAscii && (isUtf8 || original.Flags.HasFlag(EnvelopeFlags.SmtpUtf8));
        report.Append(CultureInfo.InvariantCulture, $"--{boundary}\r\nContent-Description: Message header\r\nContent-Type: {(isUtf8Header ? "message/global-headers" : "text/rfc822-headers")}\r\n");
        report.Append(isHeaderAscii ? "\r\n" : "Content-Transfer-Encoding: 8bit\r\n\r\n");
        byte[] bytes = [.. Encoding.UTF8.GetBytes(report.ToString()), .. header, .. Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n")];
        EnvelopeFlags flags = EnvelopeFlags.Report | (isUtf8 ? EnvelopeFlags.SmtpUtf8 : 0) | (isEightBit ? EnvelopeFlags.EightBit : 0);
        Envelope envelope = new()
        {
            ReversePath = MailPath.Null,
            // RFC 3461 §6.2: a report is never reported upon; NOTIFY=NEVER says so to the hops behind us.
            Recipients = [new EnvelopeRecipient(to, DsnNotify.Never)],
            Received = now,
            Flags = flags,
            SessionId = original.SessionId,
            Queue = original.Queue,
        };
        return new Submission(id, envelope, new ReadOnlySequence<byte>(bytes));
    }

    private static void WriteTop(
        StringBuilder report, MessageId id, DateTimeOffset now, ReportAction action, MailPath to, ReportIdentity identity, string boundary, bool isEightBit)
    {
        string subject = action switch
        {
            ReportAction.Failed => "Undelivered mail returned to sender",
            ReportAction.Delayed => "Delayed mail (still being retried)",
            _ => "Successful mail delivery report",
        };
        report.Append(CultureInfo.InvariantCulture, $"Date: {ReportText.Date(now)}\r\nFrom: Mail Delivery System <MAILER-DAEMON@{identity.Hostname}>\r\nTo: <{to}>\r\n");
        report.Append(CultureInfo.InvariantCulture, $"Subject: {subject}\r\nMessage-ID: <{id}@{identity.Hostname}>\r\n");
        // RFC 3834 §3.1.7, RFC 5436 §2.7.1: so that no vacation program answers.
        report.Append("Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n");
        report.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"{boundary}\"\r\n");
        report.Append(isEightBit ? "Content-Transfer-Encoding: 8bit\r\n" : string.Empty);
        report.Append("\r\nThis is a delivery status notification in MIME format.\r\n\r\n");
    }

    private static void WriteText(StringBuilder report, IReadOnlyList<ReportedRecipient> recipients, ReportIdentity identity, string boundary)
    {
        string words = recipients[0].Action switch
        {
            ReportAction.Failed => "Your message could not be delivered to the recipients below. It will not be tried again.",
            ReportAction.Delayed => "Your message could not yet be delivered to the recipients below.\r\nIt is being tried again. You need do nothing, and need not send it again.",
            ReportAction.Relayed => "Your message was passed on to the systems of the recipients below,\r\nwhich do not report deliveries. You may get no further notice.",
            _ => "Your message was delivered to the recipients below.",
        };
        report.Append(CultureInfo.InvariantCulture, $"--{boundary}\r\nContent-Description: Notification\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n");
        report.Append(CultureInfo.InvariantCulture, $"This is the mail system at {identity.Hostname}.\r\n\r\n{words}\r\n\r\n");
        foreach (ReportedRecipient recipient in recipients)
        {
            string address = ReportText.Clean(recipient.Recipient.ForwardPath.ToString());
            string host = recipient.RemoteHost is null ? string.Empty : $"host {ReportText.Clean(recipient.RemoteHost)} said: ";
            report.Append(CultureInfo.InvariantCulture, $"<{address}>: {host}{ReportText.Clean(recipient.Diagnostic)}\r\n");
        }

        report.Append("\r\n");
    }

    private static void WriteStatus(
        StringBuilder report, Envelope original, IReadOnlyList<ReportedRecipient> recipients, ReportIdentity identity, string boundary, bool isUtf8, DateTimeOffset now)
    {
        string type = isUtf8 ? "message/global-delivery-status" : "message/delivery-status";
        report.Append(CultureInfo.InvariantCulture, $"--{boundary}\r\nContent-Description: Delivery report\r\nContent-Type: {type}\r\n");
        report.Append(isUtf8 ? "Content-Transfer-Encoding: 8bit\r\n\r\n" : "\r\n");
        report.Append(CultureInfo.InvariantCulture, $"Reporting-MTA: dns; {identity.Hostname}\r\n");
        if (original.EnvelopeId is { } envelopeId && Xtext.TryDecode(Encoding.UTF8.GetBytes(envelopeId), out string? decoded))
        {
            report.Append(CultureInfo.InvariantCulture, $"Original-Envelope-Id: {ReportText.Clean(decoded)}\r\n");
        }

        report.Append(CultureInfo.InvariantCulture, $"Arrival-Date: {ReportText.Date(original.Received)}\r\n");
        foreach (ReportedRecipient recipient in recipients)
        {
            WriteRecipient(report, recipient, isUtf8, now);
        }

        report.Append("\r\n");
    }

    private static void WriteRecipient(StringBuilder report, ReportedRecipient recipient, bool isUtf8, DateTimeOffset now)
    {
        report.Append("\r\n");
        if (recipient.Recipient.OriginalRecipient is { } given && given.IndexOf(';', StringComparison.Ordinal) is > 0 and int semicolon
            && Xtext.TryDecode(Encoding.UTF8.GetBytes(given[(semicolon + 1)..]), out string? address))
        {
            // RFC 3464 §2.3.1: with the type that the sender gave.
            report.Append(CultureInfo.InvariantCulture, $"Original-Recipient: {ReportText.Clean(given[..semicolon])}; {ReportText.Clean(address)}\r\n");
        }

        string action = recipient.Action.ToString().ToLowerInvariant();
        report.Append(CultureInfo.InvariantCulture, $"Final-Recipient: {ReportText.TypedAddress(recipient.Recipient.ForwardPath.ToString(), isUtf8)}\r\nAction: {action}\r\nStatus: {recipient.Status}\r\n");
        if (recipient.RemoteHost is { } host)
        {
            report.Append(CultureInfo.InvariantCulture, $"Remote-MTA: dns; {ReportText.Clean(host)}\r\n");
        }

        string kind = recipient.RemoteHost is null ? "x-edgesmtp" : "smtp";
        report.Append(CultureInfo.InvariantCulture, $"Diagnostic-Code: {kind}; {ReportText.Clean(recipient.Diagnostic)}\r\nLast-Attempt-Date: {ReportText.Date(now)}\r\n");
        if (recipient.WillRetryUntil is { } until)
        {
            report.Append(CultureInfo.InvariantCulture, $"Will-Retry-Until: {ReportText.Date(until)}\r\n");
        }
    }
}
