using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Filters.Spf.Evaluation;
using EdgeSmtp.Filters.Spf.Reporting;
using EdgeSmtp.Toolkit.Lookups;

namespace EdgeSmtp.Filters.Spf;

/// <summary>
/// Sender Policy Framework (RFC 7208). The look-ups start at MAIL (for the HELO name at HELO) and are awaited at RCPT, so that they hide behind what happens in between.
/// The result is a fact for other filters and a Received-SPF field; by default nothing is refused.
/// </summary>
public sealed class SpfFilter : IHelloFilter, IMailFilter, IRcptFilter
{
    /// <summary>The domain says that the client may not send for it (RFC 7372 §3.2).</summary>
    public static readonly FilterReason Failed = new(VerdictKind.Reject, "spf-fail", 550, "5.7.23", "SPF: the sender's domain does not allow your address");

    /// <summary>The same for the HELO name.</summary>
    public static readonly FilterReason HelloFailed = new(VerdictKind.Reject, "spf-helo-fail", 550, "5.7.23", "SPF: the HELO or EHLO name does not allow your address");

    /// <summary>The domain says that the client probably may not. RFC 7372 keeps 5.7.23 for "fail".</summary>
    public static readonly FilterReason SoftFailed = new(VerdictKind.Reject, "spf-softfail", 550, "5.7.1", "SPF: the sender's domain probably does not allow your address");

    /// <summary>The domain says nothing of the client.</summary>
    public static readonly FilterReason Neutral = new(VerdictKind.Reject, "spf-neutral", 550, "5.7.1", "SPF: the sender's domain does not vouch for your address");

    /// <summary>The domain has no record.</summary>
    public static readonly FilterReason Missing = new(VerdictKind.Reject, "spf-none", 550, "5.7.1", "SPF: the sender's domain has no SPF record");

    /// <summary>The record cannot be understood (RFC 7372 §3.2).</summary>
    public static readonly FilterReason PermError = new(VerdictKind.Reject, "spf-permerror", 550, "5.7.24", "SPF: the record of the sender's domain is in error");

    /// <summary>The DNS did not say (RFC 7208 §8.6, RFC 7372 §3.2).</summary>
    public static readonly FilterReason TempError = new(VerdictKind.Defer, "spf-temperror", 451, "4.7.24", "SPF: the record of the sender's domain cannot be read now, try again later");

    /// <summary>"pass", counted.</summary>
    public static readonly FilterReason PassNoted = Noted("spf-pass");

    /// <summary>"fail", let through and counted.</summary>
    public static readonly FilterReason FailNoted = Noted("spf-fail");

    /// <summary>"softfail", let through and counted.</summary>
    public static readonly FilterReason SoftFailNoted = Noted("spf-softfail");

    /// <summary>"neutral", let through and counted.</summary>
    public static readonly FilterReason NeutralNoted = Noted("spf-neutral");

    /// <summary>"permerror", let through and counted.</summary>
    public static readonly FilterReason PermErrorNoted = Noted("spf-permerror");

    /// <summary>"temperror", let through and counted.</summary>
    public static readonly FilterReason TempErrorNoted = Noted("spf-temperror");

    private readonly SpfFilterOptions _options;
    private readonly FilterContext _context;
    private readonly SpfEvaluator _evaluator;
    private readonly SpfJudge _judge;
    private readonly bool _isOff;
    private readonly SlotKey<SpfHello> _hello = new();
    private readonly SlotKey<Task<SpfResult>> _last = new();
    private readonly SlotKey<Task<SpfResult>?> _check = new();

    /// <summary>Creates the filter.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="context">Its context.</param>
    public SpfFilter(SpfFilterOptions options, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _options = options;
        _context = context;
        SpfBehavior behavior = SpfBehaviors.TryParse(options.Behavior, out SpfBehavior parsed) ? parsed : throw new ArgumentException($"'{options.Behavior}' is no behaviour.", nameof(options));
        _isOff = behavior == SpfBehavior.Off;
        _judge = new SpfJudge(behavior, options.RejectPermError);
        _evaluator = new SpfEvaluator(context.Dns, context.Time, SpfPolicy.Of(options));
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnHelloAsync(Session session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (!_isOff && ChecksHello(session) && !IsAskingAboutAnotherHello(session))
        {
            HelloOf(session);
        }

        return Verdict.Continue;
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        Session session = transaction.Session;

        // Nothing waits at MAIL, so a client could begin one transaction after the other and fill the resolver: while his last look-up is not done, the next begins at RCPT.
        if (!_isOff && !IsAskingAboutAnotherHello(session) && (session.Get(_last) is null or { IsCompleted: true }))
        {
            transaction.Set(_check, Begin(transaction));
        }

        return Verdict.Continue;
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (_isOff)
        {
            return Verdict.Continue;
        }

        if (_context.TryRead(transaction, AuthenticationFacts.Spf, out SpfResult? known) && known is not null)
        {
            return _judge.Judge(known);
        }

        // A variant that only this recipient's profile has was not asked at MAIL; or another look-up was not done then.
        Task<SpfResult>? check = transaction.Get(_check);
        if (check is null)
        {
            transaction.Set(_check, check = Begin(transaction));
        }

        return check.IsCompletedSuccessfully ? Settle(transaction, check.Result) : WaitAsync(transaction, check, cancellationToken);
    }

    private static FilterReason Noted(string token) => new(VerdictKind.Continue, token, 0, string.Empty, string.Empty);

    private SpfQuery HelloQuery(Session session)
    {
        string name = SpfName.OfHello(session.Hello);
        return new SpfQuery(session.Client.Address, SpfIdentity.Hello, "postmaster", name, name, _context.Host.Hostname);
    }

    private bool ChecksHello(Session session) => _options.CheckHello == SpfHelloCheck.Always && session.HelloKind != HelloKind.None;

    /// <summary>The check of the name that the client has now: what an earlier name led to says nothing of this one.</summary>
    private Task<SpfResult> HelloOf(Session session)
    {
        SpfHello? hello = session.Get(_hello);
        if (hello is null || hello.Name != session.Hello)
        {
            session.Set(_hello, hello = new SpfHello(session.Hello, Begin(session, HelloQuery(session))));
        }

        return hello.Check;
    }

    private bool IsAskingAboutAnotherHello(Session session) => session.Get(_hello) is { Check.IsCompleted: false } hello && hello.Name != session.Hello;

    private Task<SpfResult> Begin(Transaction transaction)
    {
        Task<SpfResult> check = BeginBoth(transaction);
        transaction.Session.Set(_last, check);
        return check;
    }

    private Task<SpfResult> BeginBoth(Transaction transaction)
    {
        Session session = transaction.Session;
        Task<SpfResult>? hello = ChecksHello(session) ? HelloOf(session) : null;
        if (transaction.ReversePath.IsNull)
        {
            // RFC 7208 §2.4: postmaster at the HELO name sends what nobody sends.
            return hello ?? Begin(session, HelloQuery(session));
        }

        SpfQuery query = new(
            session.Client.Address,
            SpfIdentity.MailFrom,
            Encoding.UTF8.GetString(transaction.ReversePath.LocalPart),
            transaction.ReversePath.DomainALabel,
            SpfName.OfHello(session.Hello),
            _context.Host.Hostname);
        Task<SpfResult> check = Begin(session, query);
        return hello is null ? check : Both(check, hello);
    }

    private Task<SpfResult> Begin(Session session, SpfQuery query)
    {
        // It lives as long as the session, not as long as the stage; and may never be awaited.
        Task<SpfResult> check = _evaluator.EvaluateAsync(query, null, session.Aborted);
        PendingLookup.Forget(check);
        return check;
    }

    private static Task<SpfResult> Both(Task<SpfResult> check, Task<SpfResult> hello)
    {
        Task<SpfResult> both = JoinAsync(check, hello);
        PendingLookup.Forget(both);
        return both;
    }

    private static async Task<SpfResult> JoinAsync(Task<SpfResult> check, Task<SpfResult> hello) =>
        await check.ConfigureAwait(false) with { Hello = await hello.ConfigureAwait(false) };

    private async ValueTask<Verdict> WaitAsync(Transaction transaction, Task<SpfResult> check, CancellationToken cancellationToken) =>
        Settle(transaction, await check.WaitAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>Publishes the result. That it was published is read from the fact: a call that the driver gave up may have to be made again.</summary>
    private Verdict Settle(Transaction transaction, SpfResult result)
    {
        _context.Publish(transaction, AuthenticationFacts.Spf, result);
        if (result.Status == SpfStatus.Fail)
        {
            _context.Publish(transaction, KnownFacts.SpfFailed, true);
            AddScore(transaction, "spf-fail", _options.FailScore);
        }
        else if (result.Status == SpfStatus.SoftFail)
        {
            AddScore(transaction, "spf-softfail", _options.SoftFailScore);
        }

        if (_options.ReceivedSpf)
        {
            if (result.Hello is not null)
            {
                _context.Changes(transaction).InsertHeader(ReceivedSpfField.Name, ReceivedSpfField.Value(_context.Host.Hostname, transaction, result.Hello));
            }

            _context.Changes(transaction).InsertHeader(ReceivedSpfField.Name, ReceivedSpfField.Value(_context.Host.Hostname, transaction, result));
        }

        return _judge.Judge(result);
    }

    private void AddScore(Transaction transaction, string name, double points)
    {
        if (points != 0)
        {
            _context.AddScore(transaction, name, points);
        }
    }
}
