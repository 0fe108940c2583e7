using System.Buffers;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Client.Qmtp;

/// <summary>One message with its envelope. The content is sent byte for byte.</summary>
/// <param name="Sender">The reverse-path.</param>
/// <param name="Recipients">The forward-paths, at least one.</param>
/// <param name="Content">Header and body, lines ending in CRLF.</param>
public sealed record QmtpPackage(MailPath Sender, IReadOnlyList<MailPath> Recipients, ReadOnlySequence<byte> Content);
