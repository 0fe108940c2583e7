using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Domains;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>Refuses recipients whose way cannot carry the message (§8.8 of the design): what is refused now need not be bounced later.</summary>
internal static class RouteControl
{
    private static readonly RecipientDecision NoSmtpUtf8 = new(RecipientOutcome.NoSmtputf8, SmtpReplies.Utf8PathNotTaken, false, false);
    private static readonly RecipientDecision NoBinaryMime = new(RecipientOutcome.NoBinarymime, SmtpReplies.BinaryNotTaken, false, false);

    /// <summary>Looks at one recipient that everybody else let through.</summary>
    /// <param name="routes">What ways can carry.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="destination">Where the mail of the recipient goes.</param>
    /// <returns>Why not; <c>null</c> when it may.</returns>
    public static RecipientDecision? Refuse(IRouteAbilities routes, Transaction transaction, MailPath destination)
    {
        bool isBinary = transaction.Body == BodyType.BinaryMime;
        bool needsUtf8 = NeedsUtf8(destination) || NeedsUtf8(transaction.ReversePath);
        if (!isBinary && !needsUtf8)
        {
            return null;
        }

        RouteAbilities abilities = routes.Find(destination);
        if (needsUtf8 && abilities.SmtpUtf8 == Ability.No)
        {
            return NoSmtpUtf8;
        }

        // RFC 3030 §3: binary content cannot be turned into anything else on the way, so not to know is not enough.
        return isBinary && abilities.BinaryMime != Ability.Yes ? NoBinaryMime : null;
    }

    /// <summary>A domain can be written in A-labels (RFC 5890 §2.3.2.1), a local part in nothing but itself (RFC 6531 §3.2). Whether the header needs it is seen by then in the content only.</summary>
    private static bool NeedsUtf8(MailPath path) => !path.IsAscii && !(System.Text.Ascii.IsValid(path.LocalPart) && path.DomainALabel.Length > 0);
}
