namespace EdgeSmtp.Delivery.Reports;

/// <summary>The words of reports.</summary>
internal static class ReportTexts
{
    public static string Subject(ReportKind kind) => kind switch
    {
        ReportKind.Failed => "Undeliverable mail returned to sender",
        ReportKind.Delayed => "Delayed mail (still being tried)",
        ReportKind.Double => "Undeliverable report of undeliverable mail",
        _ => "Mail delivery report",
    };

    public static string Introduction(ReportKind kind) => kind switch
    {
        ReportKind.Failed => "Your message could not be delivered to the recipients below. It will not be tried again.",
        ReportKind.Delayed => "Your message could not be delivered to the recipients below until now. You need not do anything: it will be tried again. A further report follows if it fails for good.",
        ReportKind.Double => "A message without a return address, such as a report of undeliverable mail, could not be delivered to the recipients below. You get this as postmaster.",
        _ => "Your message was delivered to the recipients below, or handed over to a system that makes no reports of its own.",
    };

    /// <summary>RFC 3464 §2.3.3.</summary>
    public static string Action(ReportKind kind, bool isFinal) => kind switch
    {
        ReportKind.Delayed => "delayed",
        ReportKind.Success => isFinal ? "delivered" : "relayed",
        _ => "failed",
    };
}
