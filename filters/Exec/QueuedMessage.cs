using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Filters.Exec;

/// <summary>What the program handed on to qmail-queue.</summary>
/// <param name="Content">The message with CRLF line ends.</param>
/// <param name="ReversePath">Its sender.</param>
/// <param name="Recipients">Its recipients; at least one.</param>
internal sealed record QueuedMessage(byte[] Content, MailPath ReversePath, IReadOnlyList<MailPath> Recipients);
