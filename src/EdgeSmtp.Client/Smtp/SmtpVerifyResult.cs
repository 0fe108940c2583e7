namespace EdgeSmtp.Client.Smtp;

/// <summary>Whether a server would take mail for a recipient.</summary>
/// <param name="Recipient">What it said of the recipient; <see cref="RecipientOutcome.NotTried"/> when it did not come to that.</param>
/// <param name="Failure">Why the connection ended; <c>null</c> when it can be used again.</param>
public readonly record struct SmtpVerifyResult(RecipientResult Recipient, SmtpSendFailure? Failure);
