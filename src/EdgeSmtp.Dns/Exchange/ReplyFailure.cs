namespace EdgeSmtp.Dns.Exchange;

/// <summary>Why one attempt at one server brought no answer.</summary>
internal enum ReplyFailure : byte
{
    /// <summary>It did.</summary>
    None,

    /// <summary>SERVFAIL, REFUSED, FORMERR, NOTIMP and the like: another server may know.</summary>
    ServerRefused,

    /// <summary>What came does not belong to the question, or makes no sense.</summary>
    Garbage,

    /// <summary>Nothing came in time.</summary>
    TimedOut,

    /// <summary>The network refused: nobody listens there, or there is no way.</summary>
    Network,
}
