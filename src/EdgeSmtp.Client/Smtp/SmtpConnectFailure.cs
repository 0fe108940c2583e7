using EdgeSmtp.Client.Net;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Client.Smtp;

/// <summary>Why a host cannot be talked to now. Never a reason to give a message up: the next host is tried, then the message waits.</summary>
/// <param name="Stage">Where it ended.</param>
/// <param name="Dial">What connecting met.</param>
/// <param name="Wire">How the connection broke, if it did.</param>
/// <param name="Reply">What the server said, if it did.</param>
/// <param name="Detail">For people.</param>
public sealed record SmtpConnectFailure(ConnectStage Stage, DialFailure Dial, WireFailure Wire, ServerReply? Reply, string Detail)
{
    /// <summary>Whether an opportunistic handshake failed: worth a new connection without TLS (RFC 7435 §3).</summary>
    public bool IsHandshake => Stage == ConnectStage.Handshake;

    /// <inheritdoc />
    public override string ToString() => Reply is null ? Detail : $"{Detail}: {Reply}";
}
