using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Toolkit.Content;

/// <summary>Has header fields removed that only we may write and that a message brought along. Looks for them first: most messages have none, and their header is not taken apart then.</summary>
/// <param name="prefix">What their names begin with, in any case: <c>X-Spam-</c>.</param>
public sealed class ForeignFields(string prefix)
{
    private readonly byte[] _prefix = Encoding.ASCII.GetBytes(prefix);

    /// <summary>Whether a message brought such fields along.</summary>
    /// <param name="content">The staged message.</param>
    public bool AreIn(IMessageContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        using ContentHeader header = new(content);
        foreach (HeaderFieldView field in header.Fields)
        {
            if (field.Offset >= content.TraceLength && field.Name.Length >= _prefix.Length && Ascii.EqualsIgnoreCase(field.Name[.._prefix.Length], _prefix))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether fields of this name are among them.</summary>
    /// <param name="name">Name of a field.</param>
    public bool Covers(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Removes them from the copies of all recipients.</summary>
    /// <param name="transaction">The transaction, at the message stage.</param>
    /// <param name="context">The context of the filter, which is registered with <see cref="FilterEffect.Rewrites"/>.</param>
    public void Remove(Transaction transaction, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(context);
        if (transaction.Content is { } content && AreIn(content))
        {
            context.Changes(transaction).RemoveForeign(prefix);
        }
    }
}
