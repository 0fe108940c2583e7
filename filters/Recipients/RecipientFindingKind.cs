namespace EdgeSmtp.Filters.Recipients;

/// <summary>What the lines say of a recipient.</summary>
public enum RecipientFindingKind : byte
{
    /// <summary>No line knows it.</summary>
    Unknown,

    /// <summary>A backend knows it.</summary>
    Known,

    /// <summary>A line accepts every address of its domain.</summary>
    Wild,

    /// <summary>No backend knows it, and one that might could not tell.</summary>
    Failed,
}
