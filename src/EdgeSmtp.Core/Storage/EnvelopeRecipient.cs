using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Core.Storage;

/// <summary>One recipient of a queued message.</summary>
/// <param name="ForwardPath">The forward-path.</param>
/// <param name="Notify">NOTIFY (RFC 3461 §4.1).</param>
/// <param name="OriginalRecipient">ORCPT as received (RFC 3461 §4.2), or <c>null</c>.</param>
public sealed record EnvelopeRecipient(MailPath ForwardPath, DsnNotify Notify = DsnNotify.Unspecified, string? OriginalRecipient = null)
{
    /// <summary>Why it is in quarantine, or will be there at least when filters still owe a verdict; else <c>null</c>.</summary>
    public VerdictNote? Verdict { get; init; }

    /// <summary>As filters saw it; <c>null</c> when none will be asked again.</summary>
    public RecipientOrigin? Origin { get; init; }
}
