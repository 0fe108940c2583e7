using MimeKit;

namespace EdgeSmtp.Tests.Unit.Protocol.Mime;

/// <summary>How a real reader, MimeKit, takes a message: the types and contents of its leaves, in their order.</summary>
internal static class MailReader
{
    public static List<(string Type, string Content)> Leaves(byte[] mail)
    {
        // Nothing is a message without header and body here, and an error there.
        if (mail.Length == 0) return [("text/plain", string.Empty)];
        List<(string, string)> leaves = [];
        using MemoryStream stream = new(mail);
        Add(MimeMessage.Load(stream).Body, leaves);
        return leaves;
    }

    private static void Add(MimeEntity? entity, List<(string, string)> leaves)
    {
        switch (entity)
        {
            case Multipart multipart:
                foreach (MimeEntity part in multipart) Add(part, leaves);
                break;
            case MessagePart message:
                Add(message.Message?.Body, leaves);
                break;
            case MimePart part:
                using (MemoryStream content = new())
                {
                    part.Content?.DecodeTo(content);
                    // An encoded message is a file for MimeKit; whoever opens it reads the message in it.
                    if (part.ContentType.IsMimeType("message", "rfc822")) leaves.AddRange(Leaves(content.ToArray()));
                    else leaves.Add(($"{part.ContentType.MediaType}/{part.ContentType.MediaSubtype}".ToLowerInvariant(), Bytes.Text(content.ToArray())));
                }

                break;
        }
    }
}
