using EdgeSmtp.Client.Net;
using EdgeSmtp.Client.Qmtp;
using EdgeSmtp.Client.Smtp;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Delivery.Attempts;
using EdgeSmtp.Delivery.Hosts;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Qmtp;

namespace EdgeSmtp.Delivery.Transports;

/// <summary>Hands over by QMTP.</summary>
internal sealed class QmtpTransport(HostReach reach, TimeProvider time) : ITransport
{
    private static readonly Disposition NoReply = Disposition.Temporary("4.4.2", "the next hop did not say what became of the message");

    /// <inheritdoc />
    public async ValueTask DeliverAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Message.Envelope.Flags.HasFlag(EnvelopeFlags.Binary))
        {
            // Lines are what QMTP's codings are about; content without lines has no form in it.
            batch.DecideRest(Disposition.Permanent("5.6.3", "QMTP carries no binary content", 554));
            return;
        }

        if (batch.Lane.QmtpConnections.Take() is { } idle)
        {
            batch.Lane.Meters.Reused.Add();
            if (!await SendAsync(idle, batch, isReused: true, cancellationToken)) return;
        }

        HostPlan plan = await reach.PlanAsync(batch, cancellationToken);
        Disposition? last = plan.Failure;
        for (int i = 0; i < plan.Addresses.Count && batch.IsOpen; i++)
        {
            HostAddress address = plan.Addresses[i];
            SmtpTarget target = new(address.Name, address.EndPoint);
            batch.Host = target.Name;
            batch.Address = target.Address;
            QmtpConnectResult result = await QmtpClientConnection.OpenAsync(target, batch.Lane.Route.Qmtp, time, cancellationToken);
            reach.Note(batch, address, result.Failure, result.Failure == DialFailure.TimedOut);
            if (result.Connection is null)
            {
                batch.Lane.Meters.ConnectFailures(result.Failure == DialFailure.None ? ConnectStage.Handshake : ConnectStage.Dial).Add();
                last = Disposition.Temporary("4.4.1", $"{target.Name} [{target.Address}]: {result.Detail}");
                continue;
            }

            batch.Lane.Meters.Opened.Add();
            await SendAsync(result.Connection, batch, isReused: false, cancellationToken);
        }

        if (batch.IsOpen) batch.DecideRest(last!);
    }

    /// <returns>True when an idle connection turned out to be dead before anything was answered: worth a new one.</returns>
    private static async ValueTask<bool> SendAsync(QmtpClientConnection connection, DeliveryBatch batch, bool isReused, CancellationToken cancellationToken)
    {
        QmtpClientConnection? owned = connection;
        batch.Host = connection.Target.Name;
        batch.Address = connection.Target.Address;
        batch.Tls = connection.IsTls ? "TLS" : null;
        try
        {
            MailPath[] recipients = new MailPath[batch.Recipients.Length];
            for (int i = 0; i < recipients.Length; i++) recipients[i] = batch.Recipient(i).ForwardPath;
            QmtpPackage package = new(batch.Message.Envelope.ReversePath, recipients, batch.Message.Content);
            QmtpSendResult result = await connection.SendAsync([package], cancellationToken);
            QmtpReply?[] replies = result.Replies[0];
            if (isReused && result.Failure == WireFailure.Closed && replies[0] is null) return true;
            for (int i = 0; i < replies.Length; i++) batch.Decide(i, replies[i] is { } reply ? FromReply(reply) : NoReply);
            if (result.Failure == WireFailure.None)
            {
                owned = null;
                batch.Lane.QmtpConnections.Give(connection, connection.Packages, connection.Opened, batch.Attempt.Snapshot.Options);
            }

            return false;
        }
        finally
        {
            owned?.Dispose();
        }
    }

    private static Disposition FromReply(QmtpReply reply) => reply.Kind switch
    {
        QmtpReplyKind.Accepted => new Disposition(DispositionKind.Delivered, "2.0.0", reply.Text, true, 250),
        QmtpReplyKind.Permanent => new Disposition(DispositionKind.Permanent, Status(reply.Text, '5'), reply.Text, true, 550),
        _ => new Disposition(DispositionKind.Temporary, Status(reply.Text, '4'), reply.Text, true, 451),
    };

    /// <summary>qmail writes the enhanced code behind the text: <c>(#5.1.1)</c>.</summary>
    private static string Status(string text, char statusClass)
    {
        int start = text.LastIndexOf("(#", StringComparison.Ordinal);
        int end = start < 0 ? -1 : text.IndexOf(')', start);
        string status = end < 0 ? string.Empty : text[(start + 2)..end];
        return EdgeSmtp.Protocol.Smtp.EnhancedStatusCode.IsValid(status) && status[0] == statusClass ? status : $"{statusClass}.0.0";
    }
}
