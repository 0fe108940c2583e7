using EdgeSmtp.Core.Domains;
using EdgeSmtp.Protocol.Addresses;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>
/// Relay control and recipient validity: the one gate for SMTP and QMTP, before any filter, and not itself a filter, so that nothing can jump over it.
/// Mail goes to our domains and their mailboxes, to our postmasters, and anywhere for clients that may relay. To nobody else.
/// </summary>
internal sealed partial class RecipientControl(SessionSnapshot snapshot, InboundSession session, ILogger logger)
{
    private RecipientDecision Unknown => session.Access.DefersUnknownRecipients ? RecipientDecision.UnknownForNow : RecipientDecision.Unknown;

    /// <summary>Decides about one forward-path.</summary>
    public ValueTask<RecipientDecision> DecideAsync(MailPath path)
    {
        string domain = path.DomainALabel;
        if (!TryFind(domain, out DomainEntry? entry))
        {
            return new(RecipientDecision.TemporaryFailure);
        }

        bool isOurs = entry is not null || IsOwnName(path);
        // RFC 5321 §4.5.1: postmaster without domain, and of every domain we take mail for, is always valid.
        if (isOurs && IsPostmaster(path))
        {
            return new(RecipientDecision.Postmaster);
        }

        if (session.Access.Refusal is { } refusal)
        {
            return new(new RecipientDecision(RecipientOutcome.AccessRule, refusal, IsPostmaster: false, isOurs));
        }

        if (entry is not null)
        {
            return entry.Recipients.IsLeftToFilters ? new(RecipientDecision.Unverified(entry, session.Access.DefersUnknownRecipients)) : LookUpAsync(entry, path);
        }

        // Our own names have a postmaster and nobody else; relaying there would come back to us.
        return new(isOurs ? Unknown : session.MayRelay ? RecipientDecision.Relayed : RecipientDecision.RelayDenied);
    }

    private static bool IsPostmaster(MailPath path) => System.Text.Ascii.EqualsIgnoreCase(path.LocalPart, "postmaster"u8)
        || System.Text.Ascii.EqualsIgnoreCase(path.LocalPart, "\"postmaster\""u8);

    /// <returns><c>false</c> when nobody knows whether the domain is ours: relay control may not fail open, and mail for us not be refused for good.</returns>
    private bool TryFind(string domain, out DomainEntry? entry)
    {
        entry = null;
        try
        {
            entry = domain.Length == 0 ? null : snapshot.Domains.Find(domain);
            return true;
        }
        catch (Exception exception)
        {
            LogLookUpFailed(exception, domain);
            return false;
        }
    }

    private bool IsOwnName(MailPath path)
    {
        string domain = path.DomainALabel;
        return domain.Length == 0
            || snapshot.OwnNames.Contains(domain)
            || string.Equals(domain, snapshot.Hostname, StringComparison.OrdinalIgnoreCase)
            || (path.IsAddressLiteral && string.Equals(domain, AddressLiteral.Format(session.Local.Address), StringComparison.Ordinal));
    }

    private async ValueTask<RecipientDecision> LookUpAsync(DomainEntry entry, MailPath path)
    {
        // A mailbox server behind a domain that takes any address may still read u%other@ours or other!u@ours as an order to relay.
        if (!session.MayRelay && entry.Recipients.AcceptsAny && path.LocalPart.IndexOfAny((byte)'%', (byte)'!', (byte)'@') >= 0)
        {
            return RecipientDecision.RelayDenied;
        }

        try
        {
            (RecipientStatus status, _) = await entry.FindAsync(path, CancellationToken.None);
            return status switch
            {
                RecipientStatus.Known => RecipientDecision.Local,
                RecipientStatus.Unknown => Unknown,
                _ => RecipientDecision.TemporaryFailure,
            };
        }
        catch (Exception exception)
        {
            // Recipient validity may not fail open: whatever broke, the client comes again.
            LogLookUpFailed(exception, entry.Name);
            return RecipientDecision.TemporaryFailure;
        }
    }

    [LoggerMessage(EventId = 201, Level = LogLevel.Error, Message = "Looking up a recipient of {Domain} failed.")]
    private partial void LogLookUpFailed(Exception exception, string domain);
}
