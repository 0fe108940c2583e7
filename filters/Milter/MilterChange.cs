namespace EdgeSmtp.Filters.Milter;

/// <summary>What a milter can be let do to a message.</summary>
public enum MilterChange
{
    /// <summary>Add header fields, at the end or at a place.</summary>
    AddHeaders,

    /// <summary>Replace and remove header fields.</summary>
    ChangeHeaders,

    /// <summary>Replace the body. Of all filters in the order one may.</summary>
    ReplaceBody,

    /// <summary>Replace the reverse-path.</summary>
    ChangeSender,

    /// <summary>Add recipients.</summary>
    AddRecipients,

    /// <summary>Remove recipients.</summary>
    RemoveRecipients,

    /// <summary>Have the message committed and held.</summary>
    Quarantine,
}
