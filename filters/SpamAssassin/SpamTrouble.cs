namespace EdgeSmtp.Filters.SpamAssassin;

/// <summary>Why a message was not scanned.</summary>
internal enum SpamTrouble : byte
{
    /// <summary>It was.</summary>
    None,

    /// <summary>It is larger than what is scanned.</summary>
    TooLarge,

    /// <summary>The lane is full.</summary>
    Busy,

    /// <summary>No spamd answers.</summary>
    Down,
}
