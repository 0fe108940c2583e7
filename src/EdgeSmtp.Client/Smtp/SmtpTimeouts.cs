namespace EdgeSmtp.Client.Smtp;

/// <summary>How long each step may take: the minimums of RFC 5321 §4.5.3.2, which are also the defaults.</summary>
public sealed record SmtpTimeouts
{
    /// <summary>The defaults.</summary>
    public static SmtpTimeouts Default { get; } = new();

    /// <summary>Waiting for the greeting (RFC 5321 §4.5.3.2.1).</summary>
    /// <value>Default 5 min.</value>
    public TimeSpan Greeting { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Waiting for the reply to EHLO, HELO, LHLO, STARTTLS and RSET, for which the RFC names no limit of their own.</summary>
    /// <value>Default 5 min.</value>
    public TimeSpan Hello { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Waiting for the reply to MAIL (RFC 5321 §4.5.3.2.2).</summary>
    /// <value>Default 5 min.</value>
    public TimeSpan Mail { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Waiting for the reply to each RCPT (RFC 5321 §4.5.3.2.3).</summary>
    /// <value>Default 5 min.</value>
    public TimeSpan Rcpt { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Waiting for 354 (RFC 5321 §4.5.3.2.4).</summary>
    /// <value>Default 2 min.</value>
    public TimeSpan DataInitiation { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Sending one block of content (RFC 5321 §4.5.3.2.5).</summary>
    /// <value>Default 3 min.</value>
    public TimeSpan DataBlock { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Waiting for the reply behind the final dot or chunk (RFC 5321 §4.5.3.2.6): short ones make duplicates.</summary>
    /// <value>Default 10 min.</value>
    public TimeSpan DataTermination { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Waiting for the reply to QUIT, which nothing depends on.</summary>
    /// <value>Default 5 s.</value>
    public TimeSpan Quit { get; init; } = TimeSpan.FromSeconds(5);
}
