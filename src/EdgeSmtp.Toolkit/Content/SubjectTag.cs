using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Toolkit.Content;

/// <summary>Marks a message in its Subject, for readers whose program cannot filter by other fields.</summary>
public static class SubjectTag
{
    private const string Field = "Subject";

    /// <summary>Puts a text in front of the Subject. One that begins with it already stays, and so does one that cannot be written again as it is: characters that are no UTF-8, a word longer than a line.</summary>
    /// <param name="tag">Printable ASCII.</param>
    /// <param name="content">The staged message.</param>
    /// <param name="changes">Changes of the transaction, or of a recipient.</param>
    public static void Write(string tag, IMessageContent content, IMessageChanges changes)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(changes);
        Span<byte> name = stackalloc byte[HeaderField.NameMax];
        StagedFields fields = new(content.Bytes.Slice(content.TraceLength));
        while (fields.MoveNext())
        {
            if (Ascii.EqualsIgnoreCase(name[..fields.CopyName(name)], "subject"u8))
            {
                if (fields.ReadValue() is { } value && !value.StartsWith(tag, StringComparison.Ordinal) && HeaderField.TryFold(Field, $"{tag} {value}", out _))
                {
                    changes.ReplaceHeader(Field, 1, $"{tag} {value}");
                }

                return;
            }
        }

        changes.InsertHeader(Field, tag);
    }
}
