namespace EdgeSmtp.Client.Smtp;

/// <summary>The result of one transaction.</summary>
/// <param name="Recipients">One for each recipient, in order.</param>
/// <param name="DsnPassedOn">Whether the server offers DSN, so that reports are its duty from here on (RFC 3461 §5.2.1).</param>
/// <param name="Failure">Why the connection ended; <c>null</c> when it can be used again.</param>
public sealed record SmtpSendResult(RecipientResult[] Recipients, bool DsnPassedOn, SmtpSendFailure? Failure);
