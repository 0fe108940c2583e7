using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.Rbl;

/// <summary>Writes listings into header fields, as rblsmtpd's interrogation mode did: one field for each, so that a reader need not split anything.</summary>
/// <param name="fieldName">Name of the fields.</param>
internal sealed class RblNote(string fieldName)
{
    private readonly SlotKey<object> _written = new();

    /// <summary>Whether a transaction still has to get its fields; it gets them once, however many recipients there are.</summary>
    public bool Begin(Transaction transaction)
    {
        if (transaction.Get(_written) is not null)
        {
            return false;
        }

        transaction.Set(_written, this);
        return true;
    }

    /// <summary>Adds the fields of one look-up.</summary>
    public void Write(IMessageChanges changes, RblSubjectLookup? lookup)
    {
        if (lookup is null)
        {
            return;
        }

        foreach (RblFinding finding in lookup.Findings.Result)
        {
            if (finding.Status == RblStatus.Listed && finding.Zone.Options.Kind == RblKind.Block)
            {
                string text = finding.Text is { Length: > 0 } said ? ": " + said : string.Empty;
                changes.InsertHeader(fieldName, $"{finding.Zone.Name} lists {finding.Subject} ({finding.Answer}){text}");
            }
        }
    }
}
