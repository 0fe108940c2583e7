using EdgeSmtp.Core.Domains;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Delivery.Attempts;
using EdgeSmtp.Delivery.Maildirs;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Delivery.Transports;

/// <summary>Delivers into Maildirs, one recipient after the other.</summary>
internal sealed class MaildirTransport(MaildirThreads threads) : ITransport
{
    private static readonly Disposition Loops = Disposition.Permanent("5.4.6", "the message has been delivered to this mailbox before: it is looping", 554);

    /// <inheritdoc />
    public async ValueTask DeliverAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        for (int i = 0; i < batch.Recipients.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            batch.Decide(i, await DeliverAsync(batch, batch.Recipient(i).ForwardPath, cancellationToken));
        }
    }

    private async ValueTask<Disposition> DeliverAsync(DeliveryBatch batch, MailPath recipient, CancellationToken cancellationToken)
    {
        DeliveryOptions options = batch.Attempt.Snapshot.Options;
        if (await MailboxAsync(recipient, batch.Attempt.Snapshot, cancellationToken) is not { } key) return Disposition.Temporary("4.3.0", "the mailbox cannot be looked up now");
        int at = key.LastIndexOf('@');
        string directory = MaildirPath.Resolve(batch.Lane.Route.Options.Path, options.DataDirectory, key[(at + 1)..], key[..at]);
        try
        {
            bool delivered = await threads.DeliverAsync(new MaildirRequest
            {
                Directory = directory,
                ReversePath = batch.Message.Envelope.ReversePath.Bytes.ToArray(),
                DeliveredTo = recipient.Bytes.ToArray(),
                Content = batch.Message.Content,
                IsBinary = batch.Message.Envelope.Flags.HasFlag(EnvelopeFlags.Binary),
            });
            return delivered ? Disposition.Delivered("delivered to the mailbox") : Loops;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Spec §16: whatever is wrong with a Maildir is temporary.
            return Disposition.Temporary("4.2.0", $"the mailbox cannot be written: {error.GetType().Name}");
        }
    }

    /// <summary>Whose Maildir it is: the exact address when it is known, else its base without extension (RFC 5233). <c>null</c> when the source of recipients cannot tell.</summary>
    private static async ValueTask<string?> MailboxAsync(MailPath recipient, DeliverySnapshot snapshot, CancellationToken cancellationToken)
    {
        MailPath path = recipient.DomainALabel.Length == 0 ? snapshot.Options.Postmaster : recipient;
        if (snapshot.Routes.Domains.Find(path.DomainALabel) is not { } domain) return path.Key;
        if (!domain.Recipients.AcceptsAny && !domain.Recipients.IsLeftToFilters)
        {
            (RecipientStatus status, string found) = await domain.FindAsync(path, cancellationToken);
            return status switch { RecipientStatus.Known => found, RecipientStatus.TemporaryFailure => null, _ => path.Key };
        }

        // Where nobody can tell here which extension is a mailbox, each would otherwise have a Maildir of its own.
        return domain.BaseKeyOf(path.Key) ?? path.Key;
    }
}
