using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Delivery.Reports;

/// <summary>Who reports.</summary>
/// <param name="Hostname">Our name: Reporting-MTA and the domain of MAILER-DAEMON.</param>
/// <param name="Postmaster">Where double bounces go.</param>
public sealed record ReportIdentity(string Hostname, MailPath Postmaster);
