using EdgeSmtp.Pipeline;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>Gives recipients the filter profile of their domain. A profile that an access rule gave the client counts for all it sends, and is left alone.</summary>
internal static class RecipientProfiles
{
    /// <summary>Assigns the profile, before the filters of the recipient run.</summary>
    public static void Assign(SessionSnapshot snapshot, FilterRun filters, MailRecipient recipient)
    {
        string domain = recipient.ForwardPath.DomainALabel;
        if (filters.Profile.Length == 0 && domain.Length > 0 && snapshot.Domains.Find(domain) is { Profile: { Length: > 0 } profile })
        {
            filters.SetProfile(recipient, profile);
        }
    }

    /// <summary>Whether a recipient can share the message with those accepted so far: every one of them can with the first.</summary>
    public static bool CanShare(FilterRun filters, MailTransaction transaction, MailRecipient recipient) =>
        transaction.Recipients.Count == 0 || filters.CanShare(transaction.Recipients[0], recipient);
}
