namespace EdgeSmtp.Dns.Exchange;

/// <summary>How one question to one server ended.</summary>
/// <param name="Failure">Why there is no message.</param>
/// <param name="Message">The message, which is a reply to the question; what it says has not been looked at.</param>
internal readonly record struct ServerReply(ReplyFailure Failure, byte[]? Message = null);
