namespace EdgeSmtp.Filters.RateLimit;

/// <summary>By what a limit tells clients apart.</summary>
public enum RateKeyKind
{
    /// <summary>The client's network.</summary>
    Client,

    /// <summary>The HELO name, which anybody can forge, together with the client's network. Without HELO the limit does not apply.</summary>
    Helo,

    /// <summary>The reverse-path, which anybody can forge, together with the client's network; where SPF passed, by itself. The null path is a sender like others.</summary>
    Sender,

    /// <summary>Who logged in. Without login the limit does not apply.</summary>
    User,

    /// <summary>The domain of the recipient.</summary>
    RecipientDomain,
}
