namespace EdgeSmtp.Abstractions;

/// <summary>Whether a body sink wants the rest.</summary>
public enum SinkState : byte
{
    /// <summary>Send the next chunk.</summary>
    More,

    /// <summary>The sink knows its verdict: no further chunk is sent, and it is completed at once.</summary>
    Decided,
}
