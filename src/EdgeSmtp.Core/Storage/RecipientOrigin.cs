using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Core.Storage;

/// <summary>A recipient as filters saw it in its session.</summary>
/// <param name="ForwardPath">The forward-path that the client named; for postmaster not the mailbox that gets the mail.</param>
/// <param name="Profile">Its filter profile; empty for the one without overrides.</param>
/// <param name="IsPostmaster">Whether it is postmaster.</param>
/// <param name="IsLocalDomain">Whether its domain is one of ours.</param>
public sealed record RecipientOrigin(MailPath ForwardPath, string Profile, bool IsPostmaster, bool IsLocalDomain);
