using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Tables;

namespace EdgeSmtp.Filters.Recipients;

/// <summary>
/// Says which recipients exist, for domains with <c>"Recipients": "filter"</c>: an ordered list of lines chooses by domain whom to ask. Others are left alone.
/// </summary>
public sealed class RecipientsFilter : IRcptFilter, IAsyncDisposable
{
    /// <summary>Nobody who was asked knows the recipient. The same reply as for a domain whose recipients stand in the configuration.</summary>
    public static readonly FilterReason Unknown = new(VerdictKind.Reject, "unknown", 550, "5.1.1", "Recipient unknown");

    /// <summary>The same, where an access rule wants the client to come again: a list that is not complete yet.</summary>
    public static readonly FilterReason UnknownForNow = new(VerdictKind.Defer, "unknown-for-now", 450, "4.2.1", "Recipient unknown at the moment, try again later");

    /// <summary>A backend that might know it cannot tell, and the policy is to wait.</summary>
    public static readonly FilterReason BackendFailed = new(VerdictKind.Defer, "backend-failed", 451, "4.3.0", "Recipient cannot be verified now, try again later");

    /// <summary>The same, and the policy is to refuse. RFC 3463 §3.5, X.4.3: a directory failed; nobody said that the mailbox does not exist.</summary>
    public static readonly FilterReason BackendFailedClosed = new(VerdictKind.Reject, "backend-failed-closed", 550, "5.4.3", "Recipient cannot be verified");

    /// <summary>The same, and the policy is to take it unchecked.</summary>
    public static readonly FilterReason Unverified = new(VerdictKind.Continue, "unverified", 0, string.Empty, string.Empty);

    /// <summary>A local part that a mailbox server could read as an order to relay, where every address is taken unseen.</summary>
    public static readonly FilterReason RelaySyntax = new(VerdictKind.Reject, "relay-syntax", 550, "5.7.1", "Relaying denied");

    private const int SilencedMax = 1024;

    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly RecipientLookup _lookup;
    private readonly FailurePolicies _policies;
    private readonly FilterContext _context;
    private readonly BoundedTtlTable<string, bool> _silenced;

    /// <summary>Creates the filter. It asks nobody before the first recipient.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="context">Its context.</param>
    public RecipientsFilter(RecipientsFilterOptions options, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _context = context;
        _lookup = new RecipientLookup(options, context);
        _policies = new FailurePolicies(options);
        _silenced = new BoundedTtlTable<string, bool>(SilencedMax, context.Time);
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        if (!recipient.IsUnverified || recipient.IsPostmaster)
        {
            return Verdict.Continue;
        }

        ValueTask<RecipientFinding> finding = _lookup.FindAsync(recipient.ForwardPath.DomainALabel, recipient.ForwardPath.Key, recipient.BaseKey, cancellationToken);
        return finding.IsCompletedSuccessfully ? Judge(recipient, finding.Result) : WaitAsync(recipient, finding);
    }

    /// <summary>Lets the backends go.</summary>
    public ValueTask DisposeAsync() => _lookup.DisposeAsync();

    private async ValueTask<Verdict> WaitAsync(Recipient recipient, ValueTask<RecipientFinding> finding) => Judge(recipient, await finding.ConfigureAwait(false));

    private Verdict Judge(Recipient recipient, in RecipientFinding finding) => finding.Kind switch
    {
        RecipientFindingKind.Known => Verdict.Continue,
        RecipientFindingKind.Wild => TakenUnseen(recipient, Verdict.Continue),
        RecipientFindingKind.Unknown => Verdict.From(recipient.DefersWhenUnknown ? UnknownForNow : Unknown),
        _ => JudgeFailure(recipient, finding.Detail),
    };

    private Verdict JudgeFailure(Recipient recipient, string? detail)
    {
        (FailureAction action, string selector) = _policies.Of(recipient.ForwardPath.DomainALabel);
        if (action != FailureAction.Accept)
        {
            return Verdict.From(action == FailureAction.Reject ? BackendFailedClosed : BackendFailed, detail);
        }

        if (!_silenced.TryGet(selector, out _))
        {
            _silenced.Set(selector, true, _context.Time.GetUtcNow() + Silence);
            RecipientsLog.Unverified(_context.Logger, selector, detail ?? string.Empty);
        }

        return TakenUnseen(recipient, Verdict.From(Unverified, detail));
    }

    /// <summary>A mailbox server behind may still read <c>u%other@ours</c> or <c>other!u@ours</c> as an order to relay; where each address is looked up, none of them is there.</summary>
    private static Verdict TakenUnseen(Recipient recipient, Verdict verdict) =>
        !recipient.Transaction.Session.MayRelay && recipient.ForwardPath.LocalPart.IndexOfAny((byte)'%', (byte)'!', (byte)'@') >= 0
            ? Verdict.From(RelaySyntax)
            : verdict;
}
