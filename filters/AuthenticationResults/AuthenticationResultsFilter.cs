using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Filters.AuthenticationResults;

/// <summary>
/// Writes one Authentication-Results field of all that the filters before it found out (RFC 8601), and removes those that came from outside under our name (§5).
/// What is known at RCPT stands among the trace fields, for message filters to read; what becomes known later is added when the message is there.
/// </summary>
public sealed class AuthenticationResultsFilter : IRcptFilter, IMessageFilter
{
    private const string FieldName = "Authentication-Results";

    private readonly AuthenticationResultsFilterOptions _options;
    private readonly FilterContext _context;
    private readonly OwnIds _ids;
    private readonly string _ownId;
    private readonly SlotKey<Written?> _written = new();

    /// <summary>Creates the filter.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="context">Its context.</param>
    public AuthenticationResultsFilter(AuthenticationResultsFilterOptions options, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _options = options;
        _context = context;
        _ids = new OwnIds(options);
        _ownId = options.AuthservId is { } id ? DomainName.ToALabel(id)! : context.Host.AuthservId;
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        Findings findings = Findings.Of(_context, transaction);
        if (!findings.IsEmpty && transaction.Get(_written) is null)
        {
            transaction.Set(_written, new Written(findings));
            _context.Changes(transaction).InsertHeader(FieldName, ResultsWriter.Value(_ownId, transaction, findings));
        }

        return Verdict.Continue;
    }

    /// <inheritdoc />
    public ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        Span<int> forged = stackalloc int[ForgedFields.ListedMax];
        ForgedFields fields = new(_ids, _ownId, _options.RemoveUnreadable, forged);
        fields.Find(transaction.Content!);
        bool hasOwn = fields.OwnPlace > 0;
        if (fields.ForgedCount > ForgedFields.ListedMax)
        {
            _context.Changes(transaction).RemoveHeader(FieldName, 0);
            hasOwn = false;
        }
        else
        {
            Remove(transaction, forged[..fields.ForgedCount], fields.Count);
        }

        Findings findings = Findings.Of(_context, transaction);
        bool isUpToDate = hasOwn && transaction.Get(_written) is { } written && written.Findings == findings;
        if (!isUpToDate && (!findings.IsEmpty || (_options.WriteNone && !hasOwn)))
        {
            Write(transaction, findings, hasOwn ? fields.OwnPlace - fields.Count + fields.ForgedCount - 1 : 0);
        }

        return ValueTask.CompletedTask;
    }

    // Counted from the lowest, since filters before this one may have put fields on top. The topmost goes first, so that the places of the others stay.
    private void Remove(Transaction transaction, ReadOnlySpan<int> forged, int count)
    {
        foreach (int place in forged)
        {
            _context.Changes(transaction).RemoveHeader(FieldName, place - count - 1);
        }
    }

    /// <param name="transaction">The transaction.</param>
    /// <param name="findings">What is known.</param>
    /// <param name="place">The place of our own field, counted from the lowest as it is without the forged ones; 0 when there is none.</param>
    private void Write(Transaction transaction, Findings findings, int place)
    {
        string value = ResultsWriter.Value(_ownId, transaction, findings);
        if (place < 0)
        {
            _context.Changes(transaction).ReplaceHeader(FieldName, place, value);
        }
        else
        {
            _context.Changes(transaction).InsertHeader(FieldName, value);
        }
    }

    /// <summary>What was written at RCPT.</summary>
    private sealed record Written(Findings Findings);
}
