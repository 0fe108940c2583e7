using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Protocol.Content;

/// <summary>Reads the mailboxes of an address field such as From or To (RFC 5322 §3.4, with the obsolete forms of §4.4).</summary>
public static class MailboxList
{
    /// <summary>Longest field body that is read, in bytes; a longer one is no list.</summary>
    public const int BytesMax = 64 * 1024;

    /// <summary>Deepest nesting of comments; a deeper one is no list.</summary>
    public const int CommentDepthMax = 32;

    /// <summary>Reads a list of mailboxes and groups.</summary>
    /// <param name="body">The field body, folding included.</param>
    /// <param name="mailboxes">The addresses in order, without display names; members of groups among them. Empty when the list is wrong.</param>
    /// <returns>
    /// Whether every byte of the body was understood. False means that readers may disagree on whose address they show: two addresses without a comma between, an unclosed quote or comment,
    /// an address that no path can hold. An empty body and an empty group are lists without mailboxes.
    /// </returns>
    public static bool TryRead(ReadOnlySpan<byte> body, out IReadOnlyList<MailPath> mailboxes)
    {
        List<MailPath> found = [];
        mailboxes = found;
        if (body.Length <= BytesMax && new MailboxListReader(body, new byte[body.Length]).Read(found))
        {
            return true;
        }

        mailboxes = [];
        return false;
    }
}
