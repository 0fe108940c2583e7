namespace EdgeSmtp.Client.Smtp;

/// <summary>A connection, or why there is none.</summary>
/// <param name="Connection">Ready for the first transaction; the caller owns it.</param>
/// <param name="Failure">Why not.</param>
public readonly record struct SmtpConnectResult(SmtpClientConnection? Connection, SmtpConnectFailure? Failure);
