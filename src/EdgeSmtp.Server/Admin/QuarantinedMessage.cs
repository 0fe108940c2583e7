using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Server.Admin;

/// <summary>A message in quarantine, as a list shows it.</summary>
/// <param name="Summary">From the index.</param>
/// <param name="Envelope">From the disk; <c>null</c> when it is damaged there.</param>
internal readonly record struct QuarantinedMessage(MessageSummary Summary, Envelope? Envelope);
