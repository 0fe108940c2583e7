namespace EdgeSmtp.Filters.SpamAssassin;

/// <summary>Which messages get <c>X-Spam-</c> fields.</summary>
public enum SpamFields
{
    /// <summary>Every one that was scanned.</summary>
    All,

    /// <summary>Those that are spam.</summary>
    Spam,

    /// <summary>None. Those that strangers wrote are removed all the same.</summary>
    None,
}
