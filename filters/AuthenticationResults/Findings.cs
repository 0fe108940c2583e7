using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Authentication;

namespace EdgeSmtp.Filters.AuthenticationResults;

/// <summary>What was found out so far, by every method that the field can name. A new method is one more member here and one more part of <see cref="ResultsWriter"/>.</summary>
/// <param name="Spf">RFC 7208.</param>
internal readonly record struct Findings(SpfResult? Spf)
{
    public bool IsEmpty => Spf is null;

    /// <summary>Reads the facts.</summary>
    public static Findings Of(FilterContext context, Transaction transaction) =>
        new(context.TryRead(transaction, AuthenticationFacts.Spf, out SpfResult? spf) ? spf : null);
}
