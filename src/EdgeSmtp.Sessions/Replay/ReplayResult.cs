namespace EdgeSmtp.Sessions.Replay;

/// <summary>How much of a recorded session could be put to the filters again.</summary>
public enum ReplayResult : byte
{
    /// <summary>All of it.</summary>
    Whole,

    /// <summary>All but content that was not recorded: filters that read the message were not asked.</summary>
    WithoutContent,

    /// <summary>Content of it found no room in memory.</summary>
    OutOfMemory,
}
