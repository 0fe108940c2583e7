using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Delivery.Reports;

/// <summary>What a report says of one recipient.</summary>
/// <param name="Recipient">The recipient.</param>
/// <param name="Action">What happened.</param>
/// <param name="Status">Enhanced status code (RFC 3463).</param>
/// <param name="Diagnostic">Reply of the remote host, or our own words; any bytes a stranger sent are cleaned.</param>
/// <param name="RemoteHost">Name of the host that replied; <c>null</c> when nobody did.</param>
/// <param name="WillRetryUntil">For a delay: when we give up.</param>
public sealed record ReportedRecipient(
    EnvelopeRecipient Recipient, ReportAction Action, string Status, string Diagnostic, string? RemoteHost = null, DateTimeOffset? WillRetryUntil = null);
