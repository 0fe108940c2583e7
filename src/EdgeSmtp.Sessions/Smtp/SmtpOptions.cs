using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Smtp;

/// <summary>How SMTP is spoken on a listener: limits, timeouts, extensions.</summary>
public sealed class SmtpOptions : IValidatableObject
{
    /// <summary>Longest command line in bytes, CRLF included. Longer: 500 5.5.2, the line is discarded.</summary>
    /// <value>2,048 to 65,536. RFC 5321 §4.5.3.1.4 asks for 512, and the extensions we know add at most 1,200. Default 4,096.</value>
    [Range(2048, 65_536)]
    public int CommandLineMax { get; set; } = 4096;

    /// <summary>Commands in a session; a message that is accepted starts the count anew. One more: 421 4.7.0, close.</summary>
    /// <value>100 to 100,000,000. Default 10,000: ten times what the largest transaction needs.</value>
    [Range(100, 100_000_000)]
    public int CommandsMax { get; set; } = 10_000;

    /// <summary>Commands and recipients answered with 5yz; a message that is accepted starts the count anew. One more: 421 4.7.0, close.</summary>
    /// <value>1 to 1,000,000. Default 20, as Postfix's smtpd_hard_error_limit.</value>
    [Range(1, 1_000_000)]
    public int ErrorsMax { get; set; } = 20;

    /// <summary>Recipients of a transaction. One more: 452 4.5.3 (RFC 5321 §4.5.3.1.10), which never counts as an error.</summary>
    /// <value>100, which RFC 5321 §4.5.3.1.8 demands, to 100,000. Default 1,000, as Postfix's smtpd_recipient_limit.</value>
    [Range(100, 100_000)]
    public int RecipientsMax { get; set; } = 1000;

    /// <summary>Largest message in bytes, without our trace fields; announced by SIZE (RFC 1870). Larger: 552 5.3.4, at MAIL or at the end of data.</summary>
    /// <value>65,536 (RFC 5321 §4.5.3.1.7 demands 64K) to 2,147,483,647. Default 64 MiB.</value>
    [Range(65_536L, int.MaxValue)]
    public long MessageSizeMax { get; set; } = 64L * 1024 * 1024;

    /// <summary>Largest header in bytes. Larger: 552 5.3.4 at the end of data.</summary>
    /// <value>4,096 to 67,108,864. Default 1 MiB, as Exim's header_maxsize.</value>
    [Range(4096, 67_108_864)]
    public int HeaderSizeMax { get; set; } = 1024 * 1024;

    /// <summary>A message that has so many Received fields already is in a loop: 554 5.4.6 (RFC 5321 §6.3).</summary>
    /// <value>10 to 1,000. Default 100, the least that RFC 5321 §6.3 recommends.</value>
    [Range(10, 1000)]
    public int HopsMax { get; set; } = 100;

    /// <summary>Longest text line in bytes without CRLF; longer: 550 5.6.0 at the end of data. RFC 5321 §4.5.3.1.6 says 998, and much mail is not so.</summary>
    /// <value>0, the default, takes and relays lines of any length; else 998 to 1,048,576.</value>
    [Range(0, 1_048_576)]
    public int TextLineMax { get; set; }

    /// <summary>What an LF without CR in a message does. In a command it always ends the session.</summary>
    /// <value>Default Reject: 550 5.5.2 at the true end of data. Clients that may relay are always normalised.</value>
    public NewlineRule BareLf { get; set; } = NewlineRule.Reject;

    /// <summary>What a CR without LF in a message does.</summary>
    /// <value>Default Normalize, to a space.</value>
    public NewlineRule BareCr { get; set; } = NewlineRule.Normalize;

    /// <summary>What a NUL in a message does (RFC 5322 §4).</summary>
    /// <value>Default Reject: 550 5.5.2 at the true end of data.</value>
    public NewlineRule Nul { get; set; } = NewlineRule.Reject;

    /// <summary>How long a client may pause, between commands and within one.</summary>
    /// <value>1 s to 1 hour. Default 5 minutes (RFC 5321 §4.5.3.2.7). Then 421 4.4.2, close.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a client may pause within the content.</summary>
    /// <value>1 s to 1 hour. Default 3 minutes (RFC 5321 §4.5.3.2.5). Then 421 4.4.2, close.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan DataTimeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How long a client may leave our replies unread. Then the connection is reset.</summary>
    /// <value>1 s to 1 hour. Default 1 minute: replies are small, and a client that waits for them reads them.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a TLS handshake may take. Then the connection is closed.</summary>
    /// <value>1 s to 10 minutes. Default 30 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan TlsHandshakeTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a session may last. Then 421 4.4.2 and close, after the reply to what is being committed.</summary>
    /// <value>10 s to 7 days. Default 2 hours.</value>
    [Range(typeof(TimeSpan), "00:00:10", "7.00:00:00")]
    public TimeSpan SessionTimeMax { get; set; } = TimeSpan.FromHours(2);

    /// <summary>Least rate of content, in bytes a second, averaged since its beginning and after <see cref="DataRateGrace"/>. Below: 421 4.4.2, close.</summary>
    /// <value>0, the default, demands none; to 1,000,000.</value>
    [Range(0, 1_000_000)]
    public int DataBytesPerSecondMin { get; set; }

    /// <summary>How long content may come at any rate before <see cref="DataBytesPerSecondMin"/> counts.</summary>
    /// <value>1 s to 1 hour. Default 30 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan DataRateGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long we go on reading from a client that we leave, so that it gets our last reply and no reset.</summary>
    /// <value>0 to 1 minute. Default 5 s.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan LingerTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How much we go on reading from a client that we leave, in bytes.</summary>
    /// <value>0 to 1 GiB. Default 1 MiB.</value>
    [Range(0, 1_073_741_824)]
    public int LingerBytesMax { get; set; } = 1024 * 1024;

    /// <summary>Whether CHUNKING is offered (RFC 3030). Default yes.</summary>
    public bool Chunking { get; set; } = true;

    /// <summary>Whether BINARYMIME is offered (RFC 3030 §3); needs <see cref="Chunking"/>. Default no: most next hops cannot take it.</summary>
    public bool BinaryMime { get; set; }

    /// <summary>Whether SMTPUTF8 is offered (RFC 6531). Default yes.</summary>
    public bool SmtpUtf8 { get; set; } = true;

    /// <summary>
    /// Whether a recipient whose profile has other filters after the content than that of the first recipient gets 452 4.5.3, so that the client sends it in a transaction of its own, and the one
    /// reply after the content is right for all. Such a 452 is no error of the client.
    /// </summary>
    /// <value>Default no: mixed results are accepted and quarantined (docs/adr/0004-mixed-verdicts.md).</value>
    public bool SplitByProfile { get; set; }

    /// <summary>Into how many transactions <see cref="SplitByProfile"/> may split a message. Domains whose profiles would split it into more are a configuration error.</summary>
    /// <value>2 to 16. Default 4.</value>
    [Range(2, 16)]
    public int SplitMax { get; set; } = 4;

    /// <summary>To whom DSN is offered. Default to clients that may relay.</summary>
    public DsnOffer Dsn { get; set; }

    /// <summary>Whether MAIL needs TLS first: 530 5.7.0. Never for a public MX (RFC 3207 §4). Default no.</summary>
    public bool RequireTls { get; set; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (BinaryMime && !Chunking)
        {
            yield return new ValidationResult("needs Chunking: only BDAT carries binary content", [nameof(BinaryMime)]);
        }

        if (TextLineMax is > 0 and < 998)
        {
            yield return new ValidationResult("must be 0, or at least the 998 of RFC 5321 §4.5.3.1.6", [nameof(TextLineMax)]);
        }
    }
}
