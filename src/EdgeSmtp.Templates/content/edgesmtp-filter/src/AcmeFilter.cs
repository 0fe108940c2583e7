using System.Collections.Frozen;
using EdgeSmtp.Abstractions;

namespace Acme;

/// <summary>Refuses mail from domains on a list. One instance serves all sessions at once.</summary>
/// <param name="options">Bound and valid.</param>
public sealed class AcmeFilter(AcmeFilterOptions options) : IMailFilter
{
    /// <summary>Each reason is declared once, as such a field: its token is a metric label and the key of <c>Replies</c>.</summary>
    public static readonly FilterReason Listed = new(VerdictKind.Reject, "listed", 550, "5.7.1", "Mail from your domain is not taken here");

    private readonly FrozenSet<string> _domains = options.Domains.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc />
    public ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken) =>
        _domains.Contains(transaction.ReversePath.DomainALabel) ? Verdict.From(Listed) : Verdict.Continue;
}
