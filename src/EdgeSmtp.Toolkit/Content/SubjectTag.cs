using System.Text;
using System.Text.Unicode;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Toolkit.Content;

/// <summary>Marks a message in its Subject, for readers whose program cannot filter by other fields.</summary>
public static class SubjectTag
{
    private const string Field = "Subject";

    /// <summary>Puts a text in front of the Subject. One that begins with it already stays, and so does one that cannot be written again as it is: bytes that are no UTF-8, a word longer than a line.</summary>
    /// <param name="tag">Printable ASCII.</param>
    /// <param name="content">The staged message.</param>
    /// <param name="changes">Changes of the transaction, or of a recipient.</param>
    public static void Write(string tag, IMessageContent content, IMessageChanges changes)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(changes);
        using ContentHeader header = new(content);
        if (!HeaderFields.TryFind(header.Bytes, "Subject"u8, 1, out HeaderFieldView subject))
        {
            changes.InsertHeader(Field, tag);
            return;
        }

        // RFC 5322 §2.2.3: a field is unfolded by removing the line ends.
        string? value = Utf8.IsValid(subject.RawValue) ? Encoding.UTF8.GetString(subject.RawValue).ReplaceLineEndings(string.Empty).Trim(' ', '\t') : null;
        if (value is not null && !value.StartsWith(tag, StringComparison.Ordinal) && HeaderField.TryFold(Field, $"{tag} {value}", out _))
        {
            changes.ReplaceHeader(Field, 1, $"{tag} {value}");
        }
    }
}
