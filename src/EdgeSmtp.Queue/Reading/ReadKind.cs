namespace EdgeSmtp.Queue.Reading;

/// <summary>What is wanted of a message on disk.</summary>
internal enum ReadKind : byte
{
    /// <summary>All of it, for who has taken it out.</summary>
    Attempt,

    /// <summary>All of it, to be looked at.</summary>
    Peek,

    /// <summary>Its envelope: what is given has no content.</summary>
    Envelope,
}
