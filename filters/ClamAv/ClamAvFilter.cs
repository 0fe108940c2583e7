using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Filters.ClamAv.Clamd;
using EdgeSmtp.Filters.ClamAv.Programs;
using EdgeSmtp.Toolkit.Content;
using EdgeSmtp.Toolkit.Scanning;

namespace EdgeSmtp.Filters.ClamAv;

/// <summary>
/// Has each message scanned for viruses where it lies, by clamd or by a program. Nothing that could not be looked into, and nothing of which no scanner can say, passes for clean.
/// </summary>
public sealed class ClamAvFilter : IMessageFilter
{
    /// <summary>Something was found, and the message is refused. The name is in the log.</summary>
    public static readonly FilterReason Virus = new(VerdictKind.Reject, "virus", 554, "5.7.1", "Message refused: it holds a virus");

    /// <summary>Something was found, and the message is held.</summary>
    public static readonly FilterReason VirusHeld = new(VerdictKind.Quarantine, "virus", 250, "2.0.0", "Held for inspection");

    /// <summary>Something was found, and the message is marked.</summary>
    public static readonly FilterReason VirusTagged = new(VerdictKind.Continue, "virus", 0, string.Empty, string.Empty);

    /// <summary>The message was not wholly looked into, and is marked.</summary>
    public static readonly FilterReason Unscanned = new(VerdictKind.Continue, "unscanned", 0, string.Empty, string.Empty);

    /// <summary>The message was not wholly looked into, and is held.</summary>
    public static readonly FilterReason UnscannedHeld = new(VerdictKind.Quarantine, "unscanned", 250, "2.0.0", "Held for inspection");

    /// <summary>The message was not wholly looked into, and is refused for now.</summary>
    public static readonly FilterReason UnscannedDeferred = new(VerdictKind.Defer, "unscanned", 451, "4.7.0", "Message cannot be checked for viruses now, try again later");

    /// <summary>The message was not wholly looked into, and is refused.</summary>
    public static readonly FilterReason UnscannedRejected = new(VerdictKind.Reject, "unscanned", 554, "5.7.0", "Message refused: it cannot be checked for viruses");

    /// <summary>No scanner can say, and the message is marked.</summary>
    public static readonly FilterReason Failed = new(VerdictKind.Continue, "scanner-failed", 0, string.Empty, string.Empty);

    /// <summary>No scanner can say, and the message is held.</summary>
    public static readonly FilterReason FailedHeld = new(VerdictKind.Quarantine, "scanner-failed", 250, "2.0.0", "Held for inspection");

    /// <summary>No scanner can say, and the message is refused for now.</summary>
    public static readonly FilterReason FailedDeferred = new(VerdictKind.Defer, "scanner-failed", 451, "4.3.0", "Message cannot be checked for viruses now, try again later");

    /// <summary>No scanner can say, and the message is refused.</summary>
    public static readonly FilterReason FailedRejected = new(VerdictKind.Reject, "scanner-failed", 554, "5.3.0", "Message refused: it cannot be checked for viruses");

    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly ClamAvFilterOptions _options;
    private readonly FilterContext _context;
    private readonly IMessageScanner _scanner;
    private readonly ForeignFields _foreign;
    private long _toldAt;

    /// <summary>Creates the filter. It asks no scanner before the first message.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="context">Its context.</param>
    public ClamAvFilter(ClamAvFilterOptions options, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _options = options;
        _context = context;
        _foreign = new ForeignFields(options.StatusField);
        _scanner = options.Program.Length > 0 ? new ProgramScanner(options, context) : new ClamdScanner(options, context);
    }

    /// <inheritdoc />
    public ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(verdicts);
        IMessageContent content = transaction.Content!;
        if (_options.RemoveForged)
        {
            _foreign.Remove(transaction, _context);
        }

        if (content.Length < _options.SizeBytesMin)
        {
            // It is the operator who does not want it scanned: nobody refuses mail for being small.
            Mark(transaction, verdicts, Unscanned, "Unscanned", "too small");
            return default;
        }

        if (content.Length > _options.SizeBytesMax)
        {
            Judge(transaction, verdicts, new ScanFinding(ScanStatus.Unscanned, "too large"));
            return default;
        }

        ValueTask<ScanFinding> scan = _scanner.ScanAsync(transaction, cancellationToken);
        if (!scan.IsCompletedSuccessfully)
        {
            return JudgeAsync(transaction, verdicts, scan);
        }

        Judge(transaction, verdicts, scan.Result);
        return default;
    }

    private async ValueTask JudgeAsync(Transaction transaction, RecipientVerdicts verdicts, ValueTask<ScanFinding> scan) =>
        Judge(transaction, verdicts, await scan.ConfigureAwait(false));

    private void Judge(Transaction transaction, RecipientVerdicts verdicts, ScanFinding finding)
    {
        switch (finding.Status)
        {
            case ScanStatus.Clean:
                if (_options.MarkClean)
                {
                    _context.Changes(transaction).InsertHeader(_options.StatusField, "Clean");
                }

                break;
            case ScanStatus.Infected:
                JudgeVirus(transaction, verdicts, finding.Detail);
                break;
            case ScanStatus.Unscanned:
                Apply(_options.Unscanned, transaction, verdicts, finding.Detail, new(Unscanned, UnscannedHeld, UnscannedDeferred, UnscannedRejected, "Unscanned"));
                break;
            default:
                TellOnce(finding.Detail);
                Apply(_options.OnFailure, transaction, verdicts, finding.Detail, new(Failed, FailedHeld, FailedDeferred, FailedRejected, "Failed"));
                break;
        }
    }

    private void JudgeVirus(Transaction transaction, RecipientVerdicts verdicts, string name)
    {
        if (_options.OnVirus == VirusAction.Reject)
        {
            verdicts.SetAll(Verdict.From(Virus, name));
            return;
        }

        // A sender who is probably forged is not to get a bounce.
        _context.Publish(transaction, KnownFacts.Tagged, true);
        Write(transaction, "Infected", name);
        verdicts.SetAll(Verdict.From(_options.OnVirus == VirusAction.Quarantine ? VirusHeld : VirusTagged, name));
    }

    private void Apply(UnscannedAction action, Transaction transaction, RecipientVerdicts verdicts, string detail, in Reasons reasons)
    {
        switch (action)
        {
            case UnscannedAction.Defer:
                verdicts.SetAll(Verdict.From(reasons.Defer, detail));
                break;
            case UnscannedAction.Reject:
                verdicts.SetAll(Verdict.From(reasons.Reject, detail));
                break;
            default:
                Mark(transaction, verdicts, action == UnscannedAction.Quarantine ? reasons.Quarantine : reasons.Mark, reasons.Word, detail);
                break;
        }
    }

    private void Mark(Transaction transaction, RecipientVerdicts verdicts, FilterReason reason, string word, string detail)
    {
        _context.Publish(transaction, KnownFacts.Unscanned, true);

        // Why our scanner failed is nobody's business.
        Write(transaction, word, reason.Token == Failed.Token ? string.Empty : detail);
        verdicts.SetAll(Verdict.From(reason, detail));
    }

    private void Write(Transaction transaction, string word, string detail) =>
        _context.Changes(transaction).InsertHeader(_options.StatusField, detail.Length == 0 ? word : $"{word} ({detail.Replace('(', '[').Replace(')', ']')})");

    /// <summary>Failing open is loud, and not a line for each message.</summary>
    private void TellOnce(string detail)
    {
        long told = Volatile.Read(ref _toldAt);
        if (_options.OnFailure == UnscannedAction.Mark && (told == 0 || _context.Time.GetElapsedTime(told) >= Silence)
            && Interlocked.CompareExchange(ref _toldAt, _context.Time.GetTimestamp(), told) == told)
        {
            ClamAvLog.FailedOpen(_context.Logger, detail);
        }
    }

    /// <summary>The reason for each action.</summary>
    private readonly record struct Reasons(FilterReason Mark, FilterReason Quarantine, FilterReason Defer, FilterReason Reject, string Word);
}
