namespace EdgeSmtp.Toolkit.Scanning;

/// <summary>Why a message was not scanned.</summary>
public enum ScanTrouble : byte
{
    /// <summary>It was.</summary>
    None,

    /// <summary>It is larger than what is scanned.</summary>
    TooLarge,

    /// <summary>The lane is full.</summary>
    Busy,

    /// <summary>No server answers.</summary>
    Down,
}
