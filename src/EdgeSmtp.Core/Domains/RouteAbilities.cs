namespace EdgeSmtp.Core.Domains;

/// <summary>What the way of a recipient's mail can carry.</summary>
/// <param name="SmtpUtf8">Addresses and header fields outside ASCII (RFC 6531).</param>
/// <param name="BinaryMime">Content that is no text (RFC 3030 §3).</param>
public readonly record struct RouteAbilities(Ability SmtpUtf8, Ability BinaryMime);
