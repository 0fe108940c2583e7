using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Sessions.Qmtp;

/// <summary>One recipient of a package, in the place that its reply will have.</summary>
/// <param name="Path">The forward-path; <see cref="MailPath.Null"/> when it is malformed.</param>
/// <param name="IsMalformed">Whether it is no address.</param>
internal readonly record struct PackageRecipient(MailPath Path, bool IsMalformed);
