namespace EdgeSmtp.Pipeline.Driving;

/// <summary>Where in a session filters run, in the order in which a session comes by.</summary>
internal enum Stage : byte
{
    Connect,
    Violation,
    Hello,
    Auth,
    Mail,
    RcptAttempt,
    Rcpt,
    Body,
    Message,
    Seal,
    End,
}
