using System.Globalization;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Content;

namespace EdgeSmtp.Filters.ScoreThreshold;

/// <summary>
/// Judges the sum of the scores that the filters before it gave, of any kind and at any stage: nobody of them refuses, all of them together do. Stands behind them in the
/// order. Sums are those of the recipient, which hold the scores of his transaction and session.
/// </summary>
public sealed class ScoreThresholdFilter : IRcptFilter, IMessageFilter
{
    /// <summary>The sum reached <see cref="ScoreThresholdFilterOptions.Quarantine"/>.</summary>
    public static readonly FilterReason Quarantined = new(VerdictKind.Quarantine, "score-quarantine", 250, "2.0.0", "Held for inspection");

    /// <summary>The sum reached <see cref="ScoreThresholdFilterOptions.Defer"/>.</summary>
    public static readonly FilterReason Deferred = new(VerdictKind.Defer, "score-defer", 451, "4.7.1", "Too much speaks against this message now, try again later");

    /// <summary>The sum reached <see cref="ScoreThresholdFilterOptions.Reject"/>.</summary>
    public static readonly FilterReason Rejected = new(VerdictKind.Reject, "score-reject", 550, "5.7.1", "Too much speaks against this message");

    [ThreadStatic]
    private static ScoreSheet? _sheet;

    private readonly ScoreThresholdFilterOptions _options;
    private readonly FilterContext _context;
    private readonly ForeignFields _foreign;
    private readonly double _least;
    private readonly double _leastRefusal;

    /// <summary>Creates the filter.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="context">Its context.</param>
    public ScoreThresholdFilter(ScoreThresholdFilterOptions options, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _options = options;
        _context = context;
        _foreign = new ForeignFields(options.TagField);
        _leastRefusal = Least(options.Quarantine, options.Defer, options.Reject);
        _least = Least(options.Tag, _leastRefusal);
    }

    /// <summary>The sheet of this thread: no call of this filter waits while it uses it.</summary>
    private static ScoreSheet Sheet => _sheet ??= new ScoreSheet();

    /// <inheritdoc />
    public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        return _options.At == ScoreStage.Message || !Reaches(recipient, _leastRefusal) ? Verdict.Continue : Judge(recipient);
    }

    /// <inheritdoc />
    public ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(verdicts);
        if (_options.Tag is not null)
        {
            _foreign.Remove(transaction, _context);
        }

        string? shared = null;
        bool isShared = _options.Tag is not null;
        for (int i = 0; i < transaction.Recipients.Count; i++)
        {
            Recipient recipient = transaction.Recipients[i];
            string? tag = null;
            if (Reaches(recipient, _least))
            {
                tag = TagOf(recipient);
                if (_options.At != ScoreStage.Rcpt)
                {
                    verdicts.Set(recipient, Judge(recipient));
                }
            }

            isShared &= recipient.Index == 0 || string.Equals(shared, tag, StringComparison.Ordinal);
            shared ??= tag;
        }

        if (shared is not null)
        {
            Tag(transaction, isShared ? shared : null);
        }

        return default;
    }

    private static double Least(params ReadOnlySpan<double?> thresholds)
    {
        double least = double.PositiveInfinity;
        foreach (double? threshold in thresholds)
        {
            least = Math.Min(least, threshold ?? double.PositiveInfinity);
        }

        return least;
    }

    /// <summary>Whether the sum of a recipient reaches a threshold. Without caps the names are not asked for.</summary>
    private bool Reaches(FilterSubject subject, double threshold)
    {
        if (_options.Caps.Count == 0)
        {
            return ScoreSheet.Round(_context.TotalScore(subject)) >= threshold;
        }

        Sheet.Read(_context, subject, _options.Caps);
        return Sheet.Total >= threshold;
    }

    private Verdict Judge(Recipient recipient)
    {
        Sheet.Read(_context, recipient, _options.Caps);
        double total = Sheet.Total;
        (FilterReason? reason, double threshold) = total >= _options.Reject ? (Rejected, _options.Reject.Value)
            : total >= _options.Defer ? (Deferred, _options.Defer.Value)
            : total >= _options.Quarantine ? (Quarantined, _options.Quarantine.Value)
            : (null, 0);
        return reason is null ? Verdict.Continue : Verdict.From(reason, string.Create(CultureInfo.InvariantCulture, $"{Sheet} of {threshold:0.###}"));
    }

    /// <summary>What the field of a recipient says; <c>null</c> for none.</summary>
    private string? TagOf(Recipient recipient)
    {
        Sheet.Read(_context, recipient, _options.Caps);
        return Sheet.Total >= _options.Tag ? Sheet.ToString() : null;
    }

    /// <summary>Writes the field. Recipients with one text share a message; others get one each.</summary>
    private void Tag(Transaction transaction, string? shared)
    {
        // A sender who is probably forged is not to get a bounce.
        _context.Publish(transaction, KnownFacts.Tagged, true);
        if (shared is not null)
        {
            _context.Changes(transaction).InsertHeader(_options.TagField, shared);
            return;
        }

        foreach (Recipient recipient in transaction.Recipients)
        {
            if (TagOf(recipient) is { } own)
            {
                _context.Changes(recipient).InsertHeader(_options.TagField, own);
            }
        }
    }
}
