using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Toolkit.Content;

/// <summary>
/// Removes header fields that only we may write and that a message brought along: a reader behind us believes them. Only below our own trace fields is looked for them, and only those
/// are removed: what filters before this one put on top stays.
/// </summary>
public sealed class ForeignFields
{
    /// <summary>Different names that are removed from one message. No honest message has more.</summary>
    public const int NamesMax = 64;

    // Above so many of one name, all of that name go: their places need not be counted.
    private const int OccurrencesMax = 20;

    private readonly byte[][] _prefixes;

    /// <summary>Says which fields are ours.</summary>
    /// <param name="prefixes">What their names begin with, in any case: <c>X-Spam-</c>; a name itself begins with itself.</param>
    public ForeignFields(params IEnumerable<string> prefixes)
    {
        _prefixes = [.. prefixes.Select(static prefix => Encoding.ASCII.GetBytes(prefix))];
    }

    /// <summary>Finds them.</summary>
    /// <param name="content">The staged message.</param>
    /// <param name="found">Takes the names, each with how often it is there; <c>null</c> when there are none, which is most often.</param>
    /// <returns>Whether there are no more than <see cref="NamesMax"/> names. A message with more is made to hide something, and is best refused.</returns>
    public bool TryFind(IMessageContent content, out IReadOnlyDictionary<string, int>? found)
    {
        ArgumentNullException.ThrowIfNull(content);
        Dictionary<string, int>? names = null;
        using ContentHeader header = new(content);
        foreach (HeaderFieldView field in header.Fields)
        {
            // A longer name is none that we or a reader could know.
            if (field.Offset < content.TraceLength || field.Name.Length > HeaderField.NameMax || !IsOurs(field.Name))
            {
                continue;
            }

            names ??= new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
            string name = Encoding.ASCII.GetString(field.Name);
            names[name] = names.GetValueOrDefault(name) + 1;
            if (names.Count > NamesMax)
            {
                found = names;
                return false;
            }
        }

        found = names;
        return true;
    }

    /// <summary>Removes what <see cref="TryFind"/> found. Ask for it before inserting fields of the same names.</summary>
    /// <param name="found">Names, each with how often it is there.</param>
    /// <param name="changes">Changes of the transaction.</param>
    public static void Remove(IReadOnlyDictionary<string, int>? found, IMessageChanges changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        if (found is null)
        {
            return;
        }

        foreach ((string name, int count) in found)
        {
            if (count > OccurrencesMax)
            {
                changes.RemoveHeader(name, 0);
                continue;
            }

            // The lowest ones are those that came with the message.
            for (int i = 0; i < count; i++)
            {
                changes.RemoveHeader(name, -1);
            }
        }
    }

    private bool IsOurs(ReadOnlySpan<byte> name)
    {
        foreach (byte[] prefix in _prefixes)
        {
            if (name.Length >= prefix.Length && Ascii.EqualsIgnoreCase(name[..prefix.Length], prefix))
            {
                return true;
            }
        }

        return false;
    }
}
