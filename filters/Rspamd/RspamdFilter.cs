using System.Globalization;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Toolkit.Content;
using EdgeSmtp.Toolkit.Scanning;

namespace EdgeSmtp.Filters.Rspamd;

/// <summary>
/// Has rspamd judge the message where it is staged, once for each of the settings that count for its recipients, and does what it says: its action, and the fields that it wants changed.
/// It never fails: what cannot be scanned is treated as the options say, and is never taken for clean.
/// </summary>
public sealed class RspamdFilter : IMessageFilter
{
    /// <summary>The action is <c>reject</c>.</summary>
    public static readonly FilterReason Spam = new(VerdictKind.Reject, "spam", 554, "5.7.1", "Message refused as spam");

    /// <summary>The action is <c>quarantine</c>, or <c>reject</c> with <see cref="RspamdFilterOptions.QuarantineRejected"/>.</summary>
    public static readonly FilterReason Suspect = new(VerdictKind.Quarantine, "spam-quarantine", 250, "2.0.0", "Held for inspection");

    /// <summary>The action is <c>soft reject</c>.</summary>
    public static readonly FilterReason NotNow = new(VerdictKind.Defer, "soft-reject", 451, "4.7.1", "Try again later");

    /// <summary>The action is <c>greylist</c>, with <see cref="RspamdFilterOptions.DeferGreylisted"/>.</summary>
    public static readonly FilterReason Greylisted = new(VerdictKind.Defer, "greylisted", 451, "4.7.1", "Greylisted, try again later");

    /// <summary>The action is <c>discard</c>.</summary>
    public static readonly FilterReason Discarded = new(VerdictKind.Discard, "spam-discard", 250, "2.0.0", "Accepted");

    /// <summary>The lane is full, and the policy is to wait.</summary>
    public static readonly FilterReason Busy = ScannerReasons.Busy;

    /// <summary>No rspamd answers, and the policy is to wait.</summary>
    public static readonly FilterReason Down = ScannerReasons.Down;

    /// <summary>It is too large to be scanned, and the policy is to hold it.</summary>
    public static readonly FilterReason UnscannedHeld = ScannerReasons.Held;

    /// <summary>It is too large to be scanned, and the policy is to wait.</summary>
    public static readonly FilterReason UnscannedDeferred = ScannerReasons.Deferred;

    /// <summary>It is too large to be scanned, and the policy is to refuse it.</summary>
    public static readonly FilterReason UnscannedRejected = ScannerReasons.Rejected;

    private const string UnscannedField = "X-Spam-Unscanned";

    private readonly RspamdFilterOptions _options;
    private readonly FilterContext _context;
    private readonly RecipientProfiles<RspamdProfile> _profiles;
    private readonly RspamdLane _lane;

    // X-Spam, X-Spam-Level and X-Spamd-Result begin alike.
    private readonly ForeignFields[] _foreign;

    /// <summary>Creates the filter. It asks nobody before the first message.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="context">Its context.</param>
    public RspamdFilter(RspamdFilterOptions options, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _options = options;
        _context = context;
        _profiles = RspamdProfile.AllOf(options);
        _lane = new RspamdLane(options, context);
        _foreign = [new("X-Spam"), new("X-Rspamd-"), new(options.SpamField)];
    }

    /// <inheritdoc />
    public async ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(verdicts);
        List<ScanGroup<RspamdProfile, RspamdFinding>> scans = ScanGroups.Of<RspamdProfile, RspamdFinding>(
            transaction, recipient => _profiles.Of(recipient) is { Scan: true } profile ? profile : null, static (profile, _) => profile.SettingsId, _options.SettingsMax);
        if (await _lane.RunAsync(transaction, scans, cancellationToken).ConfigureAwait(false))
        {
            // Asked again before delivery, this filter does then all that it does here.
            return;
        }

        foreach (ForeignFields foreign in _foreign)
        {
            foreign.Remove(transaction, _context);
        }

        foreach (ScanGroup<RspamdProfile, RspamdFinding> scan in scans)
        {
            Verdict verdict = Judge(scan.Outcome!);
            foreach ((Recipient recipient, _) in scan.Recipients)
            {
                verdicts.Set(recipient, verdict);
            }

            Apply(transaction, scan, isForAll: scan.Recipients.Count == transaction.Recipients.Count);
        }
    }

    private Verdict Judge(ScanOutcome<RspamdFinding> outcome)
    {
        if (outcome.Finding is not { } finding)
        {
            return _lane.Policy.Judge(outcome);
        }

        FilterReason? reason = finding.Action switch
        {
            RspamdAction.Reject => _options.QuarantineRejected ? Suspect : Spam,
            RspamdAction.Quarantine => Suspect,
            RspamdAction.SoftReject => NotNow,
            RspamdAction.Discard => Discarded,
            RspamdAction.Greylist when _options.DeferGreylisted => Greylisted,
            _ => null,
        };
        if (reason is null)
        {
            return Verdict.Continue;
        }

        string detail = string.Create(CultureInfo.InvariantCulture, $"{finding.Score:0.##} of {finding.Required:0.##}: {finding.Symbols}");
        return Verdict.From(_options.TellMessage && finding.Message is { Length: > 0 } message && reason.Kind >= VerdictKind.Defer ? reason with { Text = message } : reason, detail);
    }

    /// <summary>Publishes and changes what follows of one scan, for all recipients at once where it is for all.</summary>
    private void Apply(Transaction transaction, ScanGroup<RspamdProfile, RspamdFinding> scan, bool isForAll)
    {
        ScanOutcome<RspamdFinding> outcome = scan.Outcome!;
        if (_lane.Policy.IsMarked(outcome.Trouble))
        {
            _context.Publish(transaction, KnownFacts.Unscanned, true);
        }

        if (outcome.Finding is { IsSpam: true })
        {
            // A sender who is probably forged is not to get a bounce.
            _context.Publish(transaction, KnownFacts.Tagged, true);
        }

        if (isForAll)
        {
            Score(transaction, outcome.Finding);
            Change(transaction, outcome, _context.Changes(transaction));
            ChangeFrom(transaction, outcome.Finding);
            return;
        }

        foreach ((Recipient recipient, _) in scan.Recipients)
        {
            Score(recipient, outcome.Finding);
            Change(transaction, outcome, _context.Changes(recipient));
        }
    }

    private void Score(FilterSubject subject, RspamdFinding? finding)
    {
        if (finding is not null && _options.ScoreFactor != 0)
        {
            _context.AddScore(subject, _context.Name, finding.Score * _options.ScoreFactor);
        }
    }

    private void Change(Transaction transaction, ScanOutcome<RspamdFinding> outcome, IMessageChanges changes)
    {
        if (outcome.Finding is not { } finding)
        {
            if (_lane.Policy.Mark(outcome.Trouble) is { } why)
            {
                changes.InsertHeader(UnscannedField, why);
            }

            return;
        }

        foreach (RspamdField field in finding.Fields)
        {
            // Of our own names, what came with the message is gone already; what is left is another filter's.
            if (field.Value is null && !Array.Exists(_foreign, foreign => foreign.Covers(field.Name)))
            {
                changes.RemoveHeader(field.Name, field.Occurrence);
            }
        }

        // Each one is put on top of the others.
        for (int i = finding.Fields.Count - 1; i >= 0; i--)
        {
            if (finding.Fields[i].Value is { } value)
            {
                changes.InsertHeader(finding.Fields[i].Name, value);
            }
        }

        if (finding.Action == RspamdAction.AddHeader)
        {
            changes.InsertHeader(finding.SpamField ?? _options.SpamField, "Yes");
        }

        if (finding.Action == RspamdAction.RewriteSubject)
        {
            Rewrite(transaction, finding.Subject, changes);
        }
    }

    private void Rewrite(Transaction transaction, string? subject, IMessageChanges changes)
    {
        if (subject is null)
        {
            SubjectTag.Write(_options.SubjectTag, transaction.Content!, changes);
            return;
        }

        changes.RemoveHeader("Subject", 0);
        changes.InsertHeader("Subject", subject);
    }

    private void ChangeFrom(Transaction transaction, RspamdFinding? finding)
    {
        if (_options.ChangeFrom && finding?.ReversePath is { } text
            && MailPathParser.TryParse(Encoding.UTF8.GetBytes(text.Trim('<', '>')), allowUtf8: true, out MailPath path) == PathError.None)
        {
            _context.Changes(transaction).ReplaceReversePath(path);
        }
    }
}
