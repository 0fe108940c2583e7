using EdgeSmtp.Client.Net;
using EdgeSmtp.Client.Smtp;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Delivery.Attempts;
using EdgeSmtp.Delivery.Hosts;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Protocol.Smtp;
using Microsoft.Extensions.Logging;
using ClientOutcome = EdgeSmtp.Client.Smtp.RecipientOutcome;

namespace EdgeSmtp.Delivery.Transports;

/// <summary>Hands over by SMTP and LMTP: over an idle connection of the destination, or over new ones to its hosts in turn.</summary>
internal sealed class SmtpTransport(HostReach reach, HopOffers offers, TimeProvider time, ILogger logger) : ITransport
{
    /// <inheritdoc />
    public async ValueTask DeliverAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        // A connection that was idle may have been closed a moment ago, or ends with a 421 because it has served enough: who is undecided then goes over a new one. Whoever the server may
        // have taken is decided.
        if (batch.Lane.SmtpConnections.Take() is { } idle)
        {
            batch.Lane.Meters.Reused.Add();
            await SendAsync(idle, batch, cancellationToken);
            if (!batch.IsOpen) return;
        }

        HostPlan plan = await reach.PlanAsync(batch, cancellationToken);
        Disposition? last = plan.Failure;
        for (int i = 0; i < plan.Addresses.Count && batch.IsOpen; i++)
        {
            (SmtpClientConnection? connection, last) = await OpenAsync(plan.Addresses[i], batch, cancellationToken);
            if (connection is null) continue;
            batch.Lane.Meters.Opened.Add();
            if (await SendAsync(connection, batch, cancellationToken) is { } failure) last = Lost(failure);
        }

        if (batch.IsOpen) batch.DecideRest(last!);
    }

    private async ValueTask<(SmtpClientConnection? Connection, Disposition? Failure)> OpenAsync(HostAddress address, DeliveryBatch batch, CancellationToken cancellationToken)
    {
        SmtpTarget target = new(address.Name, address.EndPoint);
        SmtpClientOptions options = batch.Lane.Route.Smtp;
        batch.Host = target.Name;
        batch.Address = target.Address;
        batch.Tls = null;
        SmtpConnectResult result = await SmtpClientConnection.OpenAsync(target, options, time, cancellationToken);
        if (result.Failure is { IsHandshake: true } broken && !options.Tls.IsRequired)
        {
            // RFC 7435 §3: what could be had in clear anyway is not withheld because encrypting it failed. A required TLS never comes here.
            DeliveryLog.TlsFallback(logger, target.Name, target.Address, broken.ToString());
            batch.Lane.Meters.Fallback.Add();
            result = await SmtpClientConnection.OpenAsync(target, options with { Tls = options.Tls with { Mode = ClientTlsMode.None } }, time, cancellationToken);
        }

        SmtpConnectFailure? failure = result.Failure;
        reach.Note(batch, address, failure?.Dial ?? DialFailure.None, failure is { Dial: DialFailure.TimedOut } or { Stage: ConnectStage.Greeting, Wire: WireFailure.TimedOut });
        if (failure is null)
        {
            offers.Note(batch.Lane.Route, batch.Lane.Domain, result.Connection!.Capabilities);
            (result.Connection.Tls is null ? batch.Lane.Meters.Clear : batch.Lane.Meters.Tls).Add();
            return (result.Connection, null);
        }

        batch.Lane.Meters.ConnectFailures(failure.Stage).Add();
        return (null, Unusable(target, failure));
    }

    /// <summary>Whatever a host says before the first transaction, 5xx included, is about that host and not about the message: the next host, or later.</summary>
    private static Disposition Unusable(SmtpTarget target, SmtpConnectFailure failure)
    {
        string status = failure.Stage is ConnectStage.StartTls or ConnectStage.Handshake ? "4.7.5" : failure.Stage == ConnectStage.Dial ? "4.4.1" : "4.4.2";
        string text = failure.Reply is null ? $"{target.Name} [{target.Address}]: {failure.Detail}" : failure.Reply.ToString();
        return new Disposition(DispositionKind.Temporary, status, text, failure.Reply is not null, failure.Reply?.Code ?? 451);
    }

    private static Disposition Lost(SmtpSendFailure failure) =>
        new(DispositionKind.Temporary, "4.4.2", failure.Reply?.ToString() ?? failure.Detail, failure.Reply is not null, failure.Reply?.Code ?? 451);

    /// <summary>Sends to all undecided recipients, in as many transactions as the server wants.</summary>
    /// <returns>Why the connection ended; <c>null</c> when it went back to the pool.</returns>
    private static async ValueTask<SmtpSendFailure?> SendAsync(SmtpClientConnection connection, DeliveryBatch batch, CancellationToken cancellationToken)
    {
        SmtpClientConnection? owned = connection;
        batch.Host = connection.Target.Name;
        batch.Address = connection.Target.Address;
        batch.Tls = connection.Tls?.Protocol;
        try
        {
            while (true)
            {
                int before = batch.OpenCount;
                SmtpSendResult result = await connection.SendAsync(Transaction(batch), cancellationToken);
                Take(batch, result);
                if (result.Failure is not null) return result.Failure;
                if (!batch.IsOpen || batch.OpenCount == before) break;
            }

            // Nobody decided although the server answered everything cannot happen; if it does, it must not turn in circles.
            if (batch.IsOpen) batch.DecideRest(Disposition.Temporary("4.5.3", "the next hop took no recipient"));
            owned = null;
            batch.Lane.SmtpConnections.Give(connection, connection.Transactions, connection.Opened, batch.Attempt.Snapshot.Options);
            return null;
        }
        finally
        {
            owned?.Dispose();
        }
    }

    private static SmtpTransaction Transaction(DeliveryBatch batch)
    {
        Envelope envelope = batch.Message.Envelope;
        bool isReport = envelope.Flags.HasFlag(EnvelopeFlags.Report);
        SmtpRecipient[] recipients = new SmtpRecipient[batch.OpenCount];
        for (int i = 0, next = 0; i < batch.Recipients.Length; i++)
        {
            if (batch.IsDecided(i)) continue;
            EnvelopeRecipient recipient = batch.Recipient(i);
            // RFC 3461 §6.1: no report about a report.
            recipients[next++] = new SmtpRecipient(recipient.ForwardPath, isReport ? DsnNotify.Never : recipient.Notify, recipient.OriginalRecipient);
        }

        return new SmtpTransaction
        {
            ReversePath = envelope.ReversePath,
            Recipients = recipients,
            Content = batch.Message.Content,
            Body = envelope.Flags.HasFlag(EnvelopeFlags.Binary) ? BodyType.BinaryMime : envelope.Flags.HasFlag(EnvelopeFlags.EightBit) ? BodyType.EightBitMime : BodyType.SevenBit,
            SmtpUtf8 = envelope.Flags.HasFlag(EnvelopeFlags.SmtpUtf8),
            Return = envelope.Return,
            EnvelopeId = envelope.EnvelopeId,
        };
    }

    private static void Take(DeliveryBatch batch, SmtpSendResult result)
    {
        for (int i = 0, next = 0; next < result.Recipients.Length; i++)
        {
            if (batch.IsDecided(i)) continue;
            RecipientResult recipient = result.Recipients[next++];
            if (recipient.Outcome is ClientOutcome.NotTried or ClientOutcome.TooMany) continue;
            batch.Decide(i, Disposition.FromReply(recipient.Outcome, recipient.Reply!, recipient.IsLocal, result.DsnPassedOn));
        }
    }
}
