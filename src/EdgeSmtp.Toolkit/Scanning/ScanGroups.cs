using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Toolkit.Scanning;

/// <summary>Makes groups of recipients for whom one scan is enough.</summary>
public static class ScanGroups
{
    /// <summary>Sorts the recipients of a message into groups.</summary>
    /// <typeparam name="TProfile">What counts for a recipient.</typeparam>
    /// <typeparam name="TFinding">What scanners find.</typeparam>
    /// <param name="transaction">The transaction.</param>
    /// <param name="profileOf">What counts for a recipient; <c>null</c> when his mail is not scanned.</param>
    /// <param name="keyOf">What the scanner is told about him.</param>
    /// <param name="keysMax">Different keys that one message may cost; further recipients share a group without key.</param>
    public static List<ScanGroup<TProfile, TFinding>> Of<TProfile, TFinding>(Transaction transaction, Func<Recipient, TProfile?> profileOf, Func<TProfile, Recipient, string?> keyOf, int keysMax)
        where TFinding : class
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(profileOf);
        ArgumentNullException.ThrowIfNull(keyOf);
        List<ScanGroup<TProfile, TFinding>> groups = [];
        int keys = 0;
        foreach (Recipient recipient in transaction.Recipients)
        {
            if (profileOf(recipient) is not { } profile)
            {
                continue;
            }

            string? key = keyOf(profile, recipient);
            ScanGroup<TProfile, TFinding>? group = Find(groups, key);
            if (group is null && key is not null && ++keys > keysMax)
            {
                key = null;
                group = Find(groups, key);
            }

            if (group is null)
            {
                groups.Add(group = new ScanGroup<TProfile, TFinding>(key));
            }

            group.Recipients.Add((recipient, profile));
        }

        return groups;
    }

    private static ScanGroup<TProfile, TFinding>? Find<TProfile, TFinding>(List<ScanGroup<TProfile, TFinding>> groups, string? key)
        where TFinding : class => groups.Find(group => string.Equals(group.Key, key, StringComparison.Ordinal));
}
