namespace EdgeSmtp.Abstractions;

/// <summary>Facts that no single filter owns.</summary>
public static class KnownFacts
{
    /// <summary>The client may relay. Set by the session alone, from networks and authentication.</summary>
    public static FactKey<bool> Relay { get; } = new("relay", FactScope.Session);

    /// <summary>An allow list vouches for the client: checks with <c>SkipWhen: trusted</c> leave it alone. Relay control never reads it.</summary>
    public static FactKey<bool> Trusted { get; } = new("trusted", FactScope.Session);

    /// <summary>The client is a forwarder that the operator trusts, so that its own checks stand for ours.</summary>
    public static FactKey<bool> TrustedForwarder { get; } = new("trusted-forwarder", FactScope.Session);

    /// <summary>SPF failed for the reverse-path: no bounce may go there.</summary>
    public static FactKey<bool> SpfFailed { get; } = new("spf-failed", FactScope.Transaction);

    /// <summary>A content filter tagged the message: a bounce for it is held.</summary>
    public static FactKey<bool> Tagged { get; } = new("tagged", FactScope.Transaction);

    /// <summary>A scanner did not look into the message as a whole, and it was taken all the same: too large for it, or encrypted.</summary>
    public static FactKey<bool> Unscanned { get; } = new("unscanned", FactScope.Transaction);
}
