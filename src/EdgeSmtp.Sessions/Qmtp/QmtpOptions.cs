using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Qmtp;

/// <summary>How QMTP is spoken on a listener.</summary>
public sealed class QmtpOptions
{
    /// <summary>The longest netstring that qmail-qmtpd reads, in bytes.</summary>
    public const long MessageSizeLimit = 200_000_000;

    /// <summary>Packages of one connection that may await their commit; the next is not read before.</summary>
    /// <value>1 to 1,024. Default 16: enough to fill a group commit from one connection.</value>
    [Range(1, 1024)]
    public int PackagesInFlightMax { get; set; } = 16;

    /// <summary>Largest message in bytes, without our trace fields. Larger: read to its end and <c>D</c> for every recipient.</summary>
    /// <value>65,536 to 200,000,000, the longest netstring that qmail-qmtpd reads. Default 64 MiB.</value>
    [Range(65_536L, MessageSizeLimit)]
    public long MessageSizeMax { get; set; } = 64L * 1024 * 1024;

    /// <summary>Recipients of a package. Further ones get <c>Z</c>; more than 10,000 of them end the connection.</summary>
    /// <value>1 to 100,000. Default 1,000.</value>
    [Range(1, 100_000)]
    public int RecipientsMax { get; set; } = 1000;

    /// <summary>Largest header in bytes. Larger: <c>D</c>.</summary>
    /// <value>4,096 to 67,108,864. Default 1 MiB.</value>
    [Range(4096, 67_108_864)]
    public int HeaderSizeMax { get; set; } = 1024 * 1024;

    /// <summary>A message that has so many Received fields already is in a loop: <c>D</c>.</summary>
    /// <value>10 to 1,000. Default 100.</value>
    [Range(10, 1000)]
    public int HopsMax { get; set; } = 100;

    /// <summary>What a NUL in a message does. A stray CR or LF is always refused: the length-counted line ends leave no excuse for it.</summary>
    /// <value>Default Reject: <c>D</c>.</value>
    public NewlineRule Nul { get; set; } = NewlineRule.Reject;

    /// <summary>How long a client may pause, within a package and between packages.</summary>
    /// <value>1 s to 1 hour. Default 5 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a client may leave our replies unread.</summary>
    /// <value>1 s to 1 hour. Default 1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a connection may last.</summary>
    /// <value>10 s to 7 days. Default 2 hours.</value>
    [Range(typeof(TimeSpan), "00:00:10", "7.00:00:00")]
    public TimeSpan SessionTimeMax { get; set; } = TimeSpan.FromHours(2);

    /// <summary>How long a TLS handshake may take on a listener with implicit TLS.</summary>
    /// <value>1 s to 10 minutes. Default 30 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan TlsHandshakeTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
