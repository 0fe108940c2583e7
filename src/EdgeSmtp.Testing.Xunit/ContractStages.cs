namespace EdgeSmtp.Testing.Xunit;

/// <summary>Stages of a filter that allocate nothing on its pass path.</summary>
[Flags]
public enum ContractStages
{
    /// <summary>None: each stage of the filter allocates even when it has no opinion.</summary>
    None = 0,

    /// <summary>Connect.</summary>
    Connect = 1,

    /// <summary>HELO and EHLO.</summary>
    Hello = 2,

    /// <summary>MAIL.</summary>
    Mail = 4,

    /// <summary>RCPT.</summary>
    Rcpt = 8,

    /// <summary>After the content.</summary>
    Message = 16,

    /// <summary>RCPT, before relay control and recipient validity.</summary>
    RcptAttempt = 32,

    /// <summary>Every stage.</summary>
    All = Connect | Hello | Mail | RcptAttempt | Rcpt | Message,
}
