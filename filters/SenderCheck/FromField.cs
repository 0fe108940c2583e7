using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Content;
using EdgeSmtp.Toolkit.Content;

namespace EdgeSmtp.Filters.SenderCheck;

/// <summary>Whom a message says it is from.</summary>
internal static class FromField
{
    /// <summary>Reads the addresses of every From field, since readers differ in which of several they show.</summary>
    /// <param name="content">The message.</param>
    /// <param name="authors">The addresses; none when there is no From.</param>
    /// <returns>False when a field cannot be read for certain.</returns>
    public static bool TryRead(IMessageContent content, out List<MailPath> authors)
    {
        authors = [];
        using ContentHeader header = new(content);
        foreach (HeaderFieldView field in header.Fields)
        {
            if (!field.HasName("From"u8))
            {
                continue;
            }

            if (!MailboxList.TryRead(field.RawValue, out IReadOnlyList<MailPath> mailboxes))
            {
                return false;
            }

            authors.AddRange(mailboxes);
        }

        return true;
    }
}
