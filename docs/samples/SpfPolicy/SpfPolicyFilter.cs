using System.Collections.Frozen;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Authentication;

namespace EdgeSmtp.Samples.SpfPolicy;

/// <summary>
/// Judges by what another filter found: the fact <c>spf</c>, which it requires, so that the server refuses an order in which nobody publishes it before. Filters do not know one another.
/// </summary>
public sealed class SpfPolicyFilter(SpfPolicyFilterOptions options, FilterContext context) : IMessageFilter
{
    /// <summary>SPF says no, or nothing.</summary>
    public static readonly FilterReason NotAligned = new(VerdictKind.Reject, "not-aligned", 550, "5.7.26", "The domain's policy wants mail from its own servers");

    /// <summary>The DNS does not answer: later it may.</summary>
    public static readonly FilterReason Unsure = new(VerdictKind.Defer, "spf-unsure", 451, "4.7.24", "The sender's policy cannot be verified now");

    private readonly FrozenSet<string> _domains = options.Domains.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc />
    public ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        if (IsListed(transaction.ReversePath.DomainALabel) && (!context.TryRead(transaction, AuthenticationFacts.Spf, out SpfResult? spf) || spf!.Status != SpfStatus.Pass))
        {
            verdicts.SetAll(Verdict.From(spf?.Status == SpfStatus.TempError ? Unsure : NotAligned, spf?.Domain));
        }

        return default;
    }

    private bool IsListed(string domain)
    {
        if (_domains.Contains(domain))
        {
            return true;
        }

        FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> byPart = _domains.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int dot = domain.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = domain.IndexOf('.', dot + 1))
        {
            if (byPart.Contains(domain.AsSpan(dot)))
            {
                return true;
            }
        }

        return false;
    }
}
