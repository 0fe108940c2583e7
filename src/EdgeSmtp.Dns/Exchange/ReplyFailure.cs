namespace EdgeSmtp.Dns.Exchange;

/// <summary>Why a message of a server is no answer.</summary>
internal enum ReplyFailure : byte
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>SERVFAIL, REFUSED, FORMERR, NOTIMP and the like: another server may know.</summary>
    ServerRefused,

    /// <summary>It does not belong to the question, or makes no sense.</summary>
    Garbage,
}
