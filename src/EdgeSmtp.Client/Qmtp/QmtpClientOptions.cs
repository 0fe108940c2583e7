using EdgeSmtp.Client.Net;

namespace EdgeSmtp.Client.Qmtp;

/// <summary>How to talk to a QMTP server.</summary>
public sealed record QmtpClientOptions
{
    /// <summary>The defaults.</summary>
    public static QmtpClientOptions Default { get; } = new();

    /// <summary>Connecting.</summary>
    public DialOptions Dial { get; init; } = DialOptions.Default;

    /// <summary>TLS: QMTP has no STARTTLS, so only <see cref="ClientTlsOptions.Implicit"/> (QMTPS) turns it on.</summary>
    public ClientTlsOptions Tls { get; init; } = new() { Mode = ClientTlsMode.None };

    /// <summary>Sending one block of a package.</summary>
    /// <value>Default 3 min, as DATA (RFC 5321 §4.5.3.2.5).</value>
    public TimeSpan BlockTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Waiting for the first reply to a package, which comes after its commit.</summary>
    /// <value>Default 10 min, as after DATA (RFC 5321 §4.5.3.2.6).</value>
    public TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Waiting for each further reply to the same package. Some servers send one reply for all recipients; then this is what the client loses, and the connection.</summary>
    /// <value>Default 20 s.</value>
    public TimeSpan NextReplyTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Largest content copied behind its length before it is sent; larger content is sent as it lies.</summary>
    /// <value>Default 64 KiB.</value>
    public int GatherBytesMax { get; init; } = 64 * 1024;
}
