using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Client.Smtp;

/// <summary>One recipient of a transaction.</summary>
/// <param name="ForwardPath">The forward-path.</param>
/// <param name="Notify">NOTIFY, passed on when the server offers DSN.</param>
/// <param name="OriginalRecipient">ORCPT as received, <c>type;xtext</c>; passed on when the server offers DSN.</param>
public readonly record struct SmtpRecipient(MailPath ForwardPath, DsnNotify Notify = DsnNotify.Unspecified, string? OriginalRecipient = null);
