using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Client.Net;
using EdgeSmtp.Client.Smtp;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Filters.Recipients.Smtp;

/// <summary>Options of a mailbox server that is asked by SMTP.</summary>
public sealed record SmtpBackendOptions : RecipientBackendOptions, IValidatableObject
{
    /// <summary>Name or address of the mailbox server. Required.</summary>
    [Required]
    public string? Host { get; init; }

    /// <summary>Its port. 1 to 65,535; default 25.</summary>
    [Range(1, 65535)]
    public int Port { get; init; } = 25;

    /// <summary>SMTP or LMTP. Default SMTP.</summary>
    public ClientProtocol Protocol { get; init; }

    /// <summary>Our name in EHLO: fully qualified (RFC 5321 §4.1.4). Required.</summary>
    [Required]
    public string? HelloName { get; init; }

    /// <summary>TLS towards the server. Default opportunistic.</summary>
    public ClientTlsMode Tls { get; init; }

    /// <summary>Connections that are kept open for the next question. 0 to 100; default 4.</summary>
    [Range(0, 100)]
    public int IdleMax { get; init; } = 4;

    /// <summary>How long one is kept without a question. 1 second to 5 minutes; default 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Questions over one connection; servers begin to suspect one that asks for ever. 1 to 100,000; default 100.</summary>
    [Range(1, 100_000)]
    public int QuestionsMax { get; init; } = 100;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Host is not null && !System.Net.IPAddress.TryParse(Host, out _) && DomainName.ToALabel(Host) is null)
        {
            yield return new ValidationResult($"'{Host}' is neither a name nor an address", [nameof(Host)]);
        }

        if (HelloName is not null && DomainName.ToALabel(HelloName) is null)
        {
            yield return new ValidationResult($"'{HelloName}' is not a domain name", [nameof(HelloName)]);
        }
    }
}
