namespace EdgeSmtp.Filters.Script;

/// <summary>Facts that a program can be let publish. In its answers they have the names that <c>SkipWhen</c> has for them.</summary>
public enum ScriptFact
{
    /// <summary><c>trusted</c>: an allow list vouches for the client.</summary>
    Trusted,

    /// <summary><c>trusted-forwarder</c>: the client is a forwarder whose own checks stand for ours.</summary>
    TrustedForwarder,

    /// <summary><c>spf-failed</c>: no report goes to the reverse-path.</summary>
    SpfFailed,

    /// <summary><c>tagged</c>: the message was tagged by what is in it.</summary>
    Tagged,

    /// <summary><c>unscanned</c>: a scanner did not see all of the message.</summary>
    Unscanned,
}
