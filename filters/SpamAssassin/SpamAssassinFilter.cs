using System.Globalization;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.SpamAssassin.Spamd;
using EdgeSmtp.Toolkit.Content;
using EdgeSmtp.Toolkit.Scanning;

namespace EdgeSmtp.Filters.SpamAssassin;

/// <summary>
/// Has SpamAssassin score the message where it is staged, once for each user whose preferences count, and refuses, holds or marks it as each recipient's thresholds say. It never
/// fails: what cannot be scanned is treated as the options say, and is never taken for clean.
/// </summary>
public sealed class SpamAssassinFilter : IMessageFilter
{
    /// <summary>The score reached <see cref="SpamAssassinFilterOptions.Reject"/>.</summary>
    public static readonly FilterReason Spam = new(VerdictKind.Reject, "spam", 554, "5.7.1", "Message refused as spam");

    /// <summary>The score reached <see cref="SpamAssassinFilterOptions.Quarantine"/>.</summary>
    public static readonly FilterReason Suspect = new(VerdictKind.Quarantine, "spam-quarantine", 250, "2.0.0", "Held for inspection");

    /// <summary>The lane is full, and the policy is to wait.</summary>
    public static readonly FilterReason Busy = ScannerReasons.Busy;

    /// <summary>No spamd answers, and the policy is to wait.</summary>
    public static readonly FilterReason Down = ScannerReasons.Down;

    /// <summary>It is too large to be scanned, and the policy is to hold it.</summary>
    public static readonly FilterReason UnscannedHeld = ScannerReasons.Held;

    /// <summary>It is too large to be scanned, and the policy is to wait.</summary>
    public static readonly FilterReason UnscannedDeferred = ScannerReasons.Deferred;

    /// <summary>It is too large to be scanned, and the policy is to refuse it.</summary>
    public static readonly FilterReason UnscannedRejected = ScannerReasons.Rejected;

    private readonly SpamAssassinFilterOptions _options;
    private readonly FilterContext _context;
    private readonly RecipientProfiles<SpamProfile> _profiles;
    private readonly SpamLane _lane;
    private readonly ForeignFields _foreign = new(SpamTag.Prefix);

    /// <summary>Creates the filter. It asks nobody before the first message.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="context">Its context.</param>
    public SpamAssassinFilter(SpamAssassinFilterOptions options, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _options = options;
        _context = context;
        _profiles = SpamProfile.AllOf(options);
        _lane = new SpamLane(options, context);
    }

    /// <inheritdoc />
    public async ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(verdicts);
        List<ScanGroup<SpamProfile, SpamFinding>> scans = ScanGroups.Of<SpamProfile, SpamFinding>(
            transaction, recipient => _profiles.Of(recipient) is { Scan: true } profile ? profile : null, static (profile, recipient) => SpamdUser.Of(profile.User, recipient), _options.UsersMax);
        if (await _lane.RunAsync(transaction, scans, cancellationToken).ConfigureAwait(false))
        {
            // Asked again before delivery, this filter does then all that it does here.
            return;
        }

        _foreign.Remove(transaction, _context);
        SpamTag[] tags = new SpamTag[transaction.Recipients.Count];
        Array.Fill(tags, SpamTag.Nothing);
        foreach (ScanGroup<SpamProfile, SpamFinding> scan in scans)
        {
            Score(transaction, scan, isForAll: scans.Count == 1 && scan.Recipients.Count == tags.Length);
            foreach ((Recipient recipient, SpamProfile profile) in scan.Recipients)
            {
                verdicts.Set(recipient, Judge(scan, profile));
                tags[recipient.Index] = TagOf(scan.Outcome!, profile);
            }
        }

        Publish(transaction, scans);
        Write(transaction, tags);
    }

    private Verdict Judge(ScanGroup<SpamProfile, SpamFinding> scan, SpamProfile profile)
    {
        if (scan.Outcome!.Finding is not { } finding)
        {
            return _lane.Policy.Judge(scan.Outcome);
        }

        (FilterReason? reason, double threshold) = finding.Score >= profile.Reject ? (Spam, profile.Reject.Value)
            : finding.Score >= profile.Quarantine ? (Suspect, profile.Quarantine.Value)
            : (null, 0);
        return reason is null
            ? Verdict.Continue
            : Verdict.From(reason, string.Create(CultureInfo.InvariantCulture, $"{finding.Score:0.0##} of {threshold:0.0##} for {scan.Key ?? "all"}: {finding.Tests}"));
    }

    private SpamTag TagOf(ScanOutcome<SpamFinding> outcome, SpamProfile profile) =>
        outcome.Finding is { } finding ? SpamTag.Of(finding, profile, _options)
        : _lane.Policy.Mark(outcome.Trouble) is { } why ? SpamTag.Unscanned(why)
        : SpamTag.Nothing;

    private void Score(Transaction transaction, ScanGroup<SpamProfile, SpamFinding> scan, bool isForAll)
    {
        if (_options.ScoreFactor == 0 || scan.Outcome!.Finding is not { } finding)
        {
            return;
        }

        double points = finding.Score * _options.ScoreFactor;
        if (isForAll)
        {
            _context.AddScore(transaction, _context.Name, points);
            return;
        }

        foreach ((Recipient recipient, _) in scan.Recipients)
        {
            _context.AddScore(recipient, _context.Name, points);
        }
    }

    private void Publish(Transaction transaction, List<ScanGroup<SpamProfile, SpamFinding>> scans)
    {
        bool isTagged = false;
        bool isUnscanned = false;
        foreach (ScanGroup<SpamProfile, SpamFinding> scan in scans)
        {
            isUnscanned |= _lane.Policy.IsMarked(scan.Outcome!.Trouble);
            isTagged |= scan.Outcome.Finding is { } finding
                && scan.Recipients.Exists(one => one.Profile.IsSpam(finding) || finding.Score >= one.Profile.Quarantine);
        }

        if (isTagged)
        {
            // A sender who is probably forged is not to get a bounce.
            _context.Publish(transaction, KnownFacts.Tagged, true);
        }

        if (isUnscanned)
        {
            _context.Publish(transaction, KnownFacts.Unscanned, true);
        }
    }

    /// <summary>Writes the fields: once for all recipients who get the same, else for each.</summary>
    private void Write(Transaction transaction, SpamTag[] tags)
    {
        if (tags.Length > 0 && Array.TrueForAll(tags, tag => tag.IsSame(tags[0])))
        {
            Write(transaction, tags[0], _context.Changes(transaction));
            return;
        }

        foreach (Recipient recipient in transaction.Recipients)
        {
            Write(transaction, tags[recipient.Index], _context.Changes(recipient));
        }
    }

    private void Write(Transaction transaction, SpamTag tag, IMessageChanges changes)
    {
        if (tag.IsSubjectTagged)
        {
            SubjectTag.Write(_options.SubjectTag!, transaction.Content!, changes);
        }

        // Each one is put on top of the others.
        for (int i = tag.Fields.Count - 1; i >= 0; i--)
        {
            changes.InsertHeader(tag.Fields[i].Name, tag.Fields[i].Value);
        }
    }
}
