using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Lookups;
using EdgeSmtp.Toolkit.Net;

namespace EdgeSmtp.Filters.Rbl;

/// <summary>
/// DNS block and allow lists (RFC 5782). All lists are asked at once as soon as there is something to ask about, and awaited at RCPT: behind a held greeting the
/// answers cost no time.
/// </summary>
public sealed class RblFilter : IConnectFilter, IHelloFilter, IMailFilter, IRcptFilter, IAsyncDisposable
{
    /// <summary>The address of the client is listed.</summary>
    public static readonly FilterReason Listed = Refused("listed", "Your address is on a block list");

    /// <summary>As <see cref="Listed"/>, for now.</summary>
    public static readonly FilterReason ListedForNow = Deferred("listed-for-now", "Your address is on a block list, try again later");

    /// <summary>The HELO name is listed.</summary>
    public static readonly FilterReason HelloListed = Refused("helo-listed", "Your HELO or EHLO name is on a block list");

    /// <summary>As <see cref="HelloListed"/>, for now.</summary>
    public static readonly FilterReason HelloListedForNow = Deferred("helo-listed-for-now", "Your HELO or EHLO name is on a block list, try again later");

    /// <summary>The domain of the reverse-path is listed.</summary>
    public static readonly FilterReason SenderListed = Refused("sender-listed", "The sender's domain is on a block list");

    /// <summary>As <see cref="SenderListed"/>, for now.</summary>
    public static readonly FilterReason SenderListedForNow = Deferred("sender-listed-for-now", "The sender's domain is on a block list, try again later");

    /// <summary>The name of the client is listed.</summary>
    public static readonly FilterReason ClientNameListed = Refused("client-name-listed", "Your host name is on a block list");

    /// <summary>As <see cref="ClientNameListed"/>, for now.</summary>
    public static readonly FilterReason ClientNameListedForNow = Deferred("client-name-listed-for-now", "Your host name is on a block list, try again later");

    /// <summary>The configuration refuses this client without asking a list.</summary>
    public static readonly FilterReason Decided = Refused("decided", "Your address is blocked by policy");

    /// <summary>As <see cref="Decided"/>, for now.</summary>
    public static readonly FilterReason DecidedForNow = Deferred("decided-for-now", "Your address is blocked by policy, try again later");

    /// <summary>A list that could have made the difference cannot be asked, and the policy is to wait.</summary>
    public static readonly FilterReason LookupFailed = new(VerdictKind.Defer, "lookup-failed", 451, "4.4.3", "Policy lookup failed, try again later");

    /// <summary>The same, and the policy is to go on: nothing is refused, everybody is told.</summary>
    public static readonly FilterReason Unchecked = new(VerdictKind.Continue, "unchecked", 0, string.Empty, string.Empty);

    private readonly RblFilterOptions _options;
    private readonly FilterContext _context;
    private readonly RblLog _log;
    private readonly RblLookup _lookup;
    private readonly RblZones _zones;
    private readonly RblNote _note;
    private readonly Verdict _decision;
    private readonly SlotKey<RblSession> _session = new();
    private readonly SlotKey<RblSubjectLookup> _sender = new();
    private readonly CancellationTokenSource _stopped = new();
    private Task _selfTest = Task.CompletedTask;

    /// <summary>Creates the filter. It asks nothing before <see cref="StartSelfTest"/> or the first client.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="context">Its context.</param>
    public RblFilter(RblFilterOptions options, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _options = options;
        _context = context;
        _zones = new RblZones(options);
        _note = new RblNote(options.FieldName);
        _decision = options.Decision is { } decision ? RblDecision.Of(decision) : Verdict.Continue;
        _log = new RblLog(context.Logger, context.Time);
        _lookup = new RblLookup(context.Dns, _log);
    }

    /// <summary>Tests the zones, now and from time to time (RFC 5782 §5), until the filter is disposed.</summary>
    /// <returns>This filter.</returns>
    public RblFilter StartSelfTest()
    {
        _selfTest = new RblSelfTest(_zones.All, _context.Dns, _log).RunAsync(_options.SelfTestInterval, _context.Time, _stopped.Token);
        return this;
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (_options.Decision is not null)
        {
            Of(session);
            return _decision;
        }

        AskAboutClient(session);
        return Verdict.Continue;
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnHelloAsync(Session session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);

        // Nothing waits at HELO and MAIL, so a client could begin again and again and fill the resolver: while his last look-up is not done, the next begins at RCPT.
        if (session.Get(_session) is not { Hello.Findings.IsCompleted: false })
        {
            AskAboutHello(session);
        }

        return Verdict.Continue;
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (transaction.Session.Get(_session) is not { LastSender.IsCompleted: false })
        {
            AskAboutSender(transaction);
        }

        return Verdict.Continue;
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        RblSession session = AskWhatIsLeft(transaction);
        if (session.Owed.Reason is not null)
        {
            return session.Owed;
        }

        RblSubjectLookup? sender = transaction.Get(_sender);
        return IsKnown(session.Client) && IsKnown(session.Hello) && IsKnown(session.ClientName) && IsKnown(sender)
            ? Judge(transaction, session, sender)
            : WaitAsync(transaction, session, sender, cancellationToken);
    }

    /// <summary>Stops testing the zones.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync().ConfigureAwait(false);
        await _selfTest.ConfigureAwait(false);
        _stopped.Dispose();
    }

    private static FilterReason Refused(string token, string text) => new(VerdictKind.Reject, token, 550, "5.7.1", text);

    private static FilterReason Deferred(string token, string text) => new(VerdictKind.Defer, token, 450, "4.7.1", text);

    private static bool IsKnown(RblSubjectLookup? lookup) => lookup is null || lookup.Findings.IsCompletedSuccessfully;

    private RblSession Of(Session session)
    {
        RblSession? state = session.Get(_session);
        if (state is null)
        {
            session.Set(_session, state = new RblSession());
        }

        return state;
    }

    /// <summary>A variant that only this recipient's profile has was asked nothing at the stages before, and others may have been busy then: they have everything looked up now.</summary>
    private RblSession AskWhatIsLeft(Transaction transaction)
    {
        RblSession? state = transaction.Session.Get(_session);
        if (state is null)
        {
            state = Of(transaction.Session);
            state.Owed = _decision;
            AskAboutClient(transaction.Session);
        }

        AskAboutHello(transaction.Session);
        if (transaction.Get(_sender) is null)
        {
            AskAboutSender(transaction);
        }

        return state;
    }

    private void AskAboutClient(Session session)
    {
        if (_options.SkipNonGlobal && !GlobalAddress.IsGlobal(session.Client.Address))
        {
            return;
        }

        if (_zones.Client.Length > 0)
        {
            Of(session).Client = Pending(RblSubject.Client, _lookup.AskAsync(_zones.Client, session.Client.Address, session.Aborted));
        }

        if (_zones.ClientName.Length > 0)
        {
            Of(session).ClientName = session.ClientName is { } known
                ? Ask(RblSubject.ClientName, _zones.ClientName, known, session.Aborted)
                : Pending(RblSubject.ClientName, _lookup.AskByNameOfAsync(_zones.ClientName, session, session.Aborted));
        }
    }

    private void AskAboutHello(Session session)
    {
        if (_zones.Hello.Length == 0)
        {
            return;
        }

        // The same name is not asked again, whoever says it at every recipient.
        RblSession state = Of(session);
        if (!string.Equals(state.HelloName, session.Hello, StringComparison.OrdinalIgnoreCase))
        {
            state.HelloName = session.Hello;
            state.Hello = Ask(RblSubject.Hello, _zones.Hello, session.Hello, session.Aborted);
        }
    }

    private void AskAboutSender(Transaction transaction)
    {
        if (_zones.Sender.Length > 0 && Ask(RblSubject.Sender, _zones.Sender, transaction.ReversePath.DomainALabel, transaction.Session.Aborted) is { } sender)
        {
            transaction.Set(_sender, sender);
            Of(transaction.Session).LastSender = sender.Findings;
        }
    }

    private RblSubjectLookup? Ask(RblSubject subject, RblZone[] zones, string? domain, CancellationToken aborted) =>
        ListedName.TryFrom(domain, out string name) ? Pending(subject, _lookup.AskAsync(zones, name, aborted)) : null;

    /// <summary>A look-up lives as long as the session, and may never be awaited.</summary>
    private static RblSubjectLookup Pending(RblSubject subject, Task<RblFinding[]> findings)
    {
        PendingLookup.Forget(findings);
        return new RblSubjectLookup(subject, findings);
    }

    private async ValueTask<Verdict> WaitAsync(Transaction transaction, RblSession session, RblSubjectLookup? sender, CancellationToken cancellationToken)
    {
        // The look-ups live as long as the session, the wait as long as the stage.
        await WaitAsync(session.Client, cancellationToken).ConfigureAwait(false);
        await WaitAsync(session.Hello, cancellationToken).ConfigureAwait(false);
        await WaitAsync(session.ClientName, cancellationToken).ConfigureAwait(false);
        await WaitAsync(sender, cancellationToken).ConfigureAwait(false);
        return Judge(transaction, session, sender);
    }

    private static Task WaitAsync(RblSubjectLookup? lookup, CancellationToken cancellationToken) => lookup is null ? Task.CompletedTask : lookup.Findings.WaitAsync(cancellationToken);

    private Verdict Judge(Transaction transaction, RblSession session, RblSubjectLookup? sender)
    {
        RblTally tally = default;
        Count(session.Client, ref tally);
        Count(session.Hello, ref tally);
        Count(session.ClientName, ref tally);
        Count(sender, ref tally);
        if (tally.Vouched)
        {
            if (tally.VouchedForClient)
            {
                // Anybody can write a sender or a HELO name: those speak for this transaction and this filter only.
                _context.Publish(transaction.Session, KnownFacts.Trusted, true);
            }

            return Verdict.Continue;
        }

        switch (_options.Action)
        {
            case RblAction.Score:
                Score(transaction.Session, session.Client);
                Score(transaction.Session, session.Hello);
                Score(transaction.Session, session.ClientName);
                Score(transaction, sender);
                break;
            case RblAction.Annotate:
                if (tally.AnyListed && _note.Begin(transaction))
                {
                    Annotate(transaction, session, sender);
                }

                // Whoever only notes down must not refuse for what he does not know either.
                return tally.CouldRefuse(_options.Threshold) ? Verdict.From(Unchecked) : Verdict.Continue;
            default:
                if (tally.Refuses(_options.Threshold))
                {
                    return tally.Refusal();
                }

                break;
        }

        if (!tally.CouldRefuse(_options.Threshold))
        {
            return Verdict.Continue;
        }

        return Verdict.From(_options.OnLookupFailure == OnLookupFailure.Defer ? LookupFailed : Unchecked);
    }

    private void Annotate(Transaction transaction, RblSession session, RblSubjectLookup? sender)
    {
        IMessageChanges changes = _context.Changes(transaction);
        _note.Write(changes, session.Client);
        _note.Write(changes, session.Hello);
        _note.Write(changes, session.ClientName);
        _note.Write(changes, sender);
    }

    private void Count(RblSubjectLookup? lookup, ref RblTally tally)
    {
        if (lookup is null)
        {
            return;
        }

        foreach (RblFinding finding in lookup.Findings.Result)
        {
            tally.Count(lookup.Subject, finding);
            if (finding.Status == RblStatus.Failed)
            {
                _log.Failed(finding.Zone);
            }
        }
    }

    private void Score(FilterSubject subject, RblSubjectLookup? lookup)
    {
        if (lookup is null || lookup.Scored)
        {
            return;
        }

        lookup.Scored = true;
        foreach (RblFinding finding in lookup.Findings.Result)
        {
            if (finding.Status == RblStatus.Listed && finding.Zone.Options.Kind == RblKind.Block)
            {
                _context.AddScore(subject, finding.Zone.ScoreName, finding.Zone.Options.Weight);
            }
        }
    }
}
