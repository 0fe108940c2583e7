using EdgeSmtp.Delivery.Attempts;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Delivery.Reports;

/// <summary>One report to make.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="To">Who gets it.</param>
/// <param name="Attempt">The message it is about.</param>
/// <param name="Recipients">Positions of the recipients it is about.</param>
internal sealed record ReportRequest(ReportKind Kind, MailPath To, MessageAttempt Attempt, IReadOnlyList<int> Recipients);
