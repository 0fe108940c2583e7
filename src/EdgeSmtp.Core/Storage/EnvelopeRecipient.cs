using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Core.Storage;

/// <summary>One recipient of a queued message.</summary>
/// <param name="ForwardPath">The forward-path.</param>
/// <param name="Notify">NOTIFY (RFC 3461 §4.1).</param>
/// <param name="OriginalRecipient">ORCPT as received (RFC 3461 §4.2), or <c>null</c>.</param>
public sealed record EnvelopeRecipient(MailPath ForwardPath, DsnNotify Notify = DsnNotify.Unspecified, string? OriginalRecipient = null);
