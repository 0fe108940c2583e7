using System.ComponentModel.DataAnnotations;
using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Net;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Sessions.Mail;
using EdgeSmtp.Sessions.Qmtp;
using EdgeSmtp.Sessions.Smtp;

namespace EdgeSmtp.Sessions;

/// <summary>One entry of <c>Listeners</c>: where connections come in and how they are served.</summary>
public sealed class ListenerOptions : IValidatableObject
{
    /// <summary>Name in the configuration; a metric label. Set with <see cref="Named"/>, not bound.</summary>
    public string Name { get; private set; } = "listener";

    /// <summary>How messages come in. Default SMTP.</summary>
    public SessionProtocol Protocol { get; set; }

    /// <summary>Address and port.</summary>
    [Required]
    public IPEndPoint Address { get; set; } = new(IPAddress.Loopback, 2525);

    /// <summary>Whether TLS begins with the connection (RFC 8314 §3) instead of by STARTTLS. Needs <see cref="Certificate"/>. Default no.</summary>
    public bool ImplicitTls { get; set; }

    /// <summary>Name in <c>Certificates</c> of the certificate for clients whose SNI names none of the others; <c>null</c>, the default, offers no TLS.</summary>
    public string? Certificate { get; set; }

    /// <summary>Proxies that name their clients by the PROXY protocol. From these every connection must begin with a header, from others none may. Default nobody.</summary>
    public NetworkSet ProxyFrom { get; set; } = NetworkSet.Empty;

    /// <summary>Clients that may relay here, besides those that may everywhere. Never a proxy, whatever stands here. Default nobody.</summary>
    public NetworkSet RelayNetworks { get; set; } = NetworkSet.Empty;

    /// <summary>Name in <c>AccessRules</c> of the rules for clients of this listener; <c>null</c>, the default, allows everybody.</summary>
    public string? Access { get; set; }

    /// <summary>
    /// Whether the name of every client is looked up, for Received fields, the log and filters. Nobody waits for it before the content. Where rules ask for names, it is looked up anyway.
    /// Default no.
    /// </summary>
    public bool LookUpClientName { get; set; }

    /// <summary>When verdicts of connect, HELO and MAIL filters are answered. Default at RCPT, so that every refusal is logged with sender and recipient.</summary>
    public RejectAt RejectAt { get; set; }

    /// <summary>
    /// Texts for what the listener refuses by itself, by reason: <c>relay-denied</c>, <c>unknown</c>, <c>too-many</c>, <c>too-large</c>, <c>malformed</c>, <c>too-many-hops</c>, … (docs/policy.md).
    /// As in <c>Replies</c> of a filter. Default none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Replies { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How SMTP is spoken here.</summary>
    public SmtpOptions Smtp { get; set; } = new();

    /// <summary>How QMTP is spoken here.</summary>
    public QmtpOptions Qmtp { get; set; } = new();

    /// <summary>Gives the listener its name.</summary>
    /// <param name="name">Key in <c>Listeners</c>.</param>
    /// <returns>The same object.</returns>
    public ListenerOptions Named(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
        return this;
    }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ImplicitTls && string.IsNullOrEmpty(Certificate))
        {
            yield return new ValidationResult("needs Certificate", [nameof(ImplicitTls)]);
        }

        if (Smtp.RequireTls && string.IsNullOrEmpty(Certificate) && Protocol == SessionProtocol.Smtp)
        {
            yield return new ValidationResult("RequireTls needs Certificate", [nameof(Smtp)]);
        }

        foreach (string error in RefusalTexts.Check(Replies))
        {
            yield return new ValidationResult(error, [nameof(Replies)]);
        }

        // QMQP has no relay control of its own: whoever may connect may relay.
        if (Protocol == SessionProtocol.Qmqp && RelayNetworks.IsEmpty)
        {
            yield return new ValidationResult("a QMQP listener needs RelayNetworks", [nameof(RelayNetworks)]);
        }
    }
}
