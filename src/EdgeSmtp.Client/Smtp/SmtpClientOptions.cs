using EdgeSmtp.Client.Net;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Client.Smtp;

/// <summary>How to talk to a server.</summary>
public sealed record SmtpClientOptions
{
    /// <summary>Our name in EHLO, HELO and LHLO: fully qualified, or an address literal (RFC 5321 §4.1.4).</summary>
    public required string HelloName { get; init; }

    /// <summary>SMTP or LMTP.</summary>
    public ClientProtocol Protocol { get; init; }

    /// <summary>Connecting.</summary>
    public DialOptions Dial { get; init; } = DialOptions.Default;

    /// <summary>TLS.</summary>
    public ClientTlsOptions Tls { get; init; } = ClientTlsOptions.Default;

    /// <summary>Time for each step.</summary>
    public SmtpTimeouts Timeouts { get; init; } = SmtpTimeouts.Default;

    /// <summary>Whether PIPELINING is used when offered (RFC 2920).</summary>
    /// <value>Default yes.</value>
    public bool Pipelining { get; init; } = true;

    /// <summary>Whether CHUNKING is used when offered (RFC 3030). LMTP and content without need of it use DATA.</summary>
    /// <value>Default yes.</value>
    public bool Chunking { get; init; } = true;

    /// <summary>What becomes of 8-bit content when the server lacks 8BITMIME.</summary>
    public EightBitPolicy EightBit { get; init; }

    /// <summary>
    /// Commands on their way at once. Their replies must fit the buffers between the hosts, or both sides wait for ever (RFC 2920 §3.1): 64 replies of 512 bytes do.
    /// </summary>
    /// <value>Default 64; 1 to 100.</value>
    public int PipelineCommandsMax { get; init; } = 64;

    /// <summary>Largest content that is sent together with its envelope, before the recipients are known to be accepted.</summary>
    /// <value>Default 64 KiB.</value>
    public int PipelineContentBytesMax { get; init; } = 64 * 1024;

    /// <summary>Largest chunk of larger content; the server may refuse after each.</summary>
    /// <value>Default 1 MiB.</value>
    public int ChunkBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Hears every reply of the server as it comes: for people who watch a dialogue. <c>null</c>, the default, tells nobody.</summary>
    public Action<ServerReply>? OnReply { get; init; }
}
