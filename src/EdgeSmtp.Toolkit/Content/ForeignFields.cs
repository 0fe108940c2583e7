using System.Buffers;
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
        Span<byte> name = stackalloc byte[HeaderField.NameMax];
        StagedFields fields = new(content.Bytes.Slice(content.TraceLength));
        while (fields.MoveNext())
        {
            if (!MayBegin(fields.Current) || fields.CopyName(name) is not (> 0 and int length) || !IsOurs(name[..length]))
            {
                continue;
            }

            names ??= new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
            string text = Encoding.ASCII.GetString(name[..length]);
            names[text] = names.GetValueOrDefault(text) + 1;
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
        foreach ((string name, int count) in found ?? (IReadOnlyDictionary<string, int>)System.Collections.ObjectModel.ReadOnlyDictionary<string, int>.Empty)
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

    /// <summary>The first letter sorts out most fields.</summary>
    private bool MayBegin(in ReadOnlySequence<byte> field)
    {
        foreach (byte[] prefix in _prefixes)
        {
            if (field.FirstSpan.IsEmpty || (field.FirstSpan[0] | 0x20) == (prefix[0] | 0x20))
            {
                return true;
            }
        }

        return false;
    }
}
