namespace EdgeSmtp.Filters.Spf.Evaluation;

/// <summary>One step of an evaluation, for people.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Depth">How deep in include and redirect; 0 for the record of the domain itself.</param>
/// <param name="Subject">The term, question or domain, printable.</param>
/// <param name="Outcome">What came of it, printable.</param>
/// <param name="Lookups">Look-ups counted so far, of 10 (RFC 7208 §4.6.4).</param>
/// <param name="VoidLookups">Terms so far whose questions had no answer.</param>
public sealed record SpfStep(SpfStepKind Kind, int Depth, string Subject, string Outcome, int Lookups, int VoidLookups);
