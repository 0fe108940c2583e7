using System.Globalization;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Content;
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
    public static readonly FilterReason Busy = new(VerdictKind.Defer, "scanner-busy", 451, "4.3.2", "Too many messages are being inspected, try again later");

    /// <summary>No spamd answers, and the policy is to wait.</summary>
    public static readonly FilterReason Down = new(VerdictKind.Defer, "scanner-down", 451, "4.3.0", "Message cannot be inspected now, try again later");

    /// <summary>It is too large to be scanned, and the policy is to hold it.</summary>
    public static readonly FilterReason UnscannedHeld = new(VerdictKind.Quarantine, "unscanned-quarantine", 250, "2.0.0", "Held for inspection");

    /// <summary>It is too large to be scanned, and the policy is to wait.</summary>
    public static readonly FilterReason UnscannedDeferred = new(VerdictKind.Defer, "unscanned-defer", 451, "4.3.0", "Message cannot be inspected");

    /// <summary>It is too large to be scanned, and the policy is to refuse it.</summary>
    public static readonly FilterReason UnscannedRejected = new(VerdictKind.Reject, "unscanned-reject", 554, "5.3.4", "Message is too large to be inspected");

    /// <summary>It brings so many fields of ours along that they are there to hide one.</summary>
    public static readonly FilterReason Forged = new(VerdictKind.Reject, "forged-fields", 554, "5.6.0", "Too many header fields that only a spam filter writes");

    private readonly SpamAssassinFilterOptions _options;
    private readonly FilterContext _context;
    private readonly SpamProfiles _profiles;
    private readonly SpamLane _lane;
    private readonly ForeignFields _foreign = new(SpamTag.Prefix);
    private readonly FilterMeter _meter;

    /// <summary>Creates the filter. It asks nobody before the first message.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="context">Its context.</param>
    public SpamAssassinFilter(SpamAssassinFilterOptions options, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _options = options;
        _context = context;
        _profiles = new SpamProfiles(options);
        _lane = new SpamLane(options, context);
        _meter = context.Meter("lane");
        foreach (string what in (ReadOnlySpan<string>)["scanned", "too-large", "busy", "down", "postponed"])
        {
            _meter.Count(what, 0);
        }
    }

    /// <inheritdoc />
    public async ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(verdicts);
        IMessageContent content = transaction.Content ?? throw new InvalidOperationException("The message is not staged yet.");
        if (!_foreign.TryFind(content, out IReadOnlyDictionary<string, int>? foreign))
        {
            verdicts.SetAll(Verdict.From(Forged));
            return;
        }

        List<SpamScan> scans = ScansOf(transaction);
        await RunAsync(transaction, scans, cancellationToken).ConfigureAwait(false);
        if (scans.Exists(MayWait) && _context.TryPostpone(transaction))
        {
            // Asked again before delivery, this filter does then all that it does here.
            _meter.Count("postponed");
            return;
        }

        ForeignFields.Remove(foreign, _context.Changes(transaction));
        SpamTag[] tags = new SpamTag[transaction.Recipients.Count];
        Array.Fill(tags, SpamTag.Nothing);
        foreach (SpamScan scan in scans)
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

    /// <summary>Sorts recipients by the name for spamd. Those whose mail is not scanned are in no scan.</summary>
    private List<SpamScan> ScansOf(Transaction transaction)
    {
        List<SpamScan> scans = [];
        int users = 0;
        foreach (Recipient recipient in transaction.Recipients)
        {
            SpamProfile profile = _profiles.Of(recipient);
            if (!profile.Scan)
            {
                continue;
            }

            string? user = SpamdUser.Of(profile.User, recipient);
            SpamScan? scan = scans.Find(other => string.Equals(other.User, user, StringComparison.Ordinal));
            if (scan is null && user is not null && ++users > _options.UsersMax)
            {
                user = null;
                scan = scans.Find(static other => other.User is null);
            }

            if (scan is null)
            {
                scans.Add(scan = new SpamScan(user));
            }

            scan.Recipients.Add((recipient, profile));
        }

        return scans;
    }

    /// <summary>Runs the scans at the same time. None of them runs any more when this returns or throws.</summary>
    private async ValueTask RunAsync(Transaction transaction, List<SpamScan> scans, CancellationToken cancellationToken)
    {
        if (transaction.Content!.Length > _options.SizeBytesMax)
        {
            SpamOutcome tooLarge = new(null, SpamTrouble.TooLarge, string.Create(CultureInfo.InvariantCulture, $"{transaction.Content.Length} bytes"));
            scans.ForEach(scan => scan.Outcome = tooLarge);
        }
        else if (scans.Count == 1)
        {
            scans[0].Outcome = await _lane.ScanAsync(transaction, scans[0].User, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await Task.WhenAll(scans.Select(async scan => scan.Outcome = await _lane.ScanAsync(transaction, scan.User, cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
        }

        foreach (SpamScan scan in scans)
        {
            _meter.Count(scan.Outcome!.Trouble switch
            {
                SpamTrouble.None => "scanned",
                SpamTrouble.TooLarge => "too-large",
                SpamTrouble.Busy => "busy",
                _ => "down",
            });
        }
    }

    private bool MayWait(SpamScan scan) => FallbackOf(scan.Outcome!.Trouble) == ScanFallback.Pending;

    private ScanFallback? FallbackOf(SpamTrouble trouble) => trouble switch
    {
        SpamTrouble.Busy => _options.WhenBusy,
        SpamTrouble.Down => _options.WhenDown,
        _ => null,
    };

    private bool IsMarked(SpamTrouble trouble) =>
        FallbackOf(trouble) == ScanFallback.Skip || (trouble == SpamTrouble.TooLarge && _options.Unscanned == UnscannedAction.Mark);

    private Verdict Judge(SpamScan scan, SpamProfile profile)
    {
        SpamOutcome outcome = scan.Outcome!;
        if (outcome.Finding is { } finding)
        {
            (FilterReason? reason, double threshold) = finding.Score >= profile.Reject ? (Spam, profile.Reject.Value)
                : finding.Score >= profile.Quarantine ? (Suspect, profile.Quarantine.Value)
                : (null, 0);
            return reason is null
                ? Verdict.Continue
                : Verdict.From(reason, string.Create(CultureInfo.InvariantCulture, $"{finding.Score:0.0##} of {threshold:0.0##} for {scan.User ?? "all"}: {finding.Tests}"));
        }

        if (IsMarked(outcome.Trouble))
        {
            return Verdict.Continue;
        }

        FilterReason refusal = outcome.Trouble switch
        {
            SpamTrouble.Busy => Busy,
            SpamTrouble.Down => Down,
            _ => _options.Unscanned switch
            {
                UnscannedAction.Quarantine => UnscannedHeld,
                UnscannedAction.Reject => UnscannedRejected,
                _ => UnscannedDeferred,
            },
        };
        return Verdict.From(refusal, outcome.Detail);
    }

    private SpamTag TagOf(SpamOutcome outcome, SpamProfile profile) =>
        outcome.Finding is { } finding ? SpamTag.Of(finding, profile, _options)
        : IsMarked(outcome.Trouble) || outcome.Trouble == SpamTrouble.TooLarge ? SpamTag.Unscanned(outcome.Trouble switch
        {
            SpamTrouble.TooLarge => "too large",
            SpamTrouble.Busy => "scanner busy",
            _ => "scanner down",
        })
        : SpamTag.Nothing;

    private void Score(Transaction transaction, SpamScan scan, bool isForAll)
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

    private void Publish(Transaction transaction, List<SpamScan> scans)
    {
        bool isTagged = false;
        bool isUnscanned = false;
        foreach (SpamScan scan in scans)
        {
            isUnscanned |= IsMarked(scan.Outcome!.Trouble);
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
