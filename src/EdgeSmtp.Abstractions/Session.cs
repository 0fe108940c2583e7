using System.Net;

namespace EdgeSmtp.Abstractions;

/// <summary>One client connection, from accept to close. Never reused for another connection.</summary>
public abstract class Session : FilterSubject
{
    /// <summary>Id of the session: 16 characters, unique, in every log line and trace of it.</summary>
    public abstract string Id { get; }

    /// <summary>Name of the listener in the configuration; may be a metric label.</summary>
    public abstract string Listener { get; }

    /// <summary>How messages come in here.</summary>
    public abstract SessionProtocol Protocol { get; }

    /// <summary>The client itself, also behind a proxy; IPv4-mapped addresses are IPv4.</summary>
    public abstract IPEndPoint Client { get; }

    /// <summary>Our end of the connection, as the client addressed it.</summary>
    public abstract IPEndPoint Local { get; }

    /// <summary>Name of the client by forward-confirmed reverse DNS, without trailing dot; <c>null</c> when unknown or not looked up.</summary>
    public abstract string? ClientName { get; }

    /// <summary>
    /// The look-up of <see cref="ClientName"/> when the session does one, started at connect and bounded, so that waiting for it is. Never fails. <c>null</c>, the default,
    /// when the session does none: who needs the name then asks himself.
    /// </summary>
    public virtual Task<ClientNameAnswer>? ClientNameLookup => null;

    /// <summary>When the connection was accepted.</summary>
    public abstract DateTimeOffset Started { get; }

    /// <summary>How the client introduced itself.</summary>
    public abstract HelloKind HelloKind { get; }

    /// <summary>The argument of the last HELO or EHLO: printable, at most 255 characters; <c>null</c> before it and after STARTTLS.</summary>
    public abstract string? Hello { get; }

    /// <summary>Whether the connection is encrypted, by STARTTLS or from the start.</summary>
    public bool IsTls => Tls is not null;

    /// <summary>The TLS of the connection; <c>null</c> in clear.</summary>
    public abstract TlsInfo? Tls { get; }

    /// <summary>Who logged in; <c>null</c> when nobody did.</summary>
    public abstract string? AuthenticatedUser { get; }

    /// <summary>Whether the client may relay, by network or authentication. The session's own fact; filters cannot set it.</summary>
    public abstract bool MayRelay { get; }

    /// <summary>Refusals for good (5yz) that the client got in this session so far: recipients, messages, commands. What tells guessing and probing from mail.</summary>
    public virtual int Refusals => 0;

    /// <summary>Fires when nobody waits for the session's results any more: reset, deadline, shutdown. A FIN of the client is not that. Look-ups that outlive a stage hang on it.</summary>
    public abstract CancellationToken Aborted { get; }

    /// <summary>Asks for the greeting to be held back; filters ask by <see cref="FilterContext.HoldGreeting"/>, which leaves out those in shadow. Applied once, after every connect filter has started; the longest wins. Ignored after the greeting and on QMTP and QMQP.</summary>
    /// <param name="delay">0 to 4 minutes: RFC 5321 §4.5.3.2.1 lets the client wait 5.</param>
    public abstract void HoldGreeting(TimeSpan delay);

    /// <summary>Recipients named so far that relay control, recipient validity or a filter (with 5.1.1) refused for good: not ours, or no such mailbox. For a whole session, whatever is reset in it.</summary>
    public abstract int InvalidRecipients { get; }

    /// <summary>Whether mail for a domain is taken here.</summary>
    /// <param name="domain">In lower-case A-labels, such as <see cref="Protocol.Addresses.MailPath.DomainALabel"/>.</param>
    public abstract bool IsOwnDomain(string domain);

    /// <summary>Asks for the reply to the RCPT that is being asked about to be held back. For drivers: filters ask <see cref="FilterContext.HoldReply"/>, which leaves out filters in shadow.</summary>
    /// <param name="delay">0 to 4 minutes.</param>
    public abstract void HoldReply(TimeSpan delay);
}
