using EdgeSmtp.Client.Net;

namespace EdgeSmtp.Client.Qmtp;

/// <summary>A connection, or why there is none.</summary>
/// <param name="Connection">Ready; the caller owns it.</param>
/// <param name="Failure">What connecting met; <see cref="DialFailure.None"/> with no connection means that TLS failed.</param>
/// <param name="Detail">For people.</param>
public readonly record struct QmtpConnectResult(QmtpClientConnection? Connection, DialFailure Failure, string Detail);
