namespace EdgeSmtp.Abstractions.Authentication;

/// <summary>
/// What the filters that authenticate a sender found out, one fact for each method. Others read them: rate limits, DMARC, and the one filter that writes
/// Authentication-Results (RFC 8601). A new method is a new key here.
/// </summary>
public static class AuthenticationFacts
{
    /// <summary>The result of SPF (RFC 7208); published at RCPT, when the look-ups that MAIL started have ended.</summary>
    public static FactKey<SpfResult> Spf { get; } = new("spf", FactScope.Transaction);
}
