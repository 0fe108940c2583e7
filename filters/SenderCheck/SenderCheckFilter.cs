using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Toolkit.Files;
using EdgeSmtp.Toolkit.Patterns;

namespace EdgeSmtp.Filters.SenderCheck;

/// <summary>
/// Judges the reverse-path: a list of bad senders, whether its domain can take mail, and whether a client that may relay uses a sender of its own. Everything that needs no
/// look-up is decided at MAIL; the DNS is asked there and awaited at RCPT.
/// </summary>
public sealed class SenderCheckFilter : IMailFilter, IRcptFilter, IMessageFilter, IAsyncDisposable
{
    /// <summary>Name of the score of a null sender with several recipients.</summary>
    public const string NullSenderScore = "null-sender-recipients";

    /// <summary>An address or domain on the list.</summary>
    public static readonly FilterReason Listed = new(VerdictKind.Reject, "sender-listed", 550, "5.7.1", "Sender address is blocked by policy");

    /// <summary>A pattern on the list.</summary>
    public static readonly FilterReason Pattern = new(VerdictKind.Reject, "sender-pattern", 550, "5.7.1", "Sender address is blocked by policy");

    /// <summary>A domain that only our own clients send with.</summary>
    public static readonly FilterReason Forged = new(VerdictKind.Reject, "sender-forged", 550, "5.7.1", "Sender address is ours, and you are not authorized to use it");

    /// <summary>A domain that is taken only from clients with reverse DNS (RFC 7372 §3.3).</summary>
    public static readonly FilterReason ClientUnknown = new(
        VerdictKind.Reject, "sender-client-unknown", 550, "5.7.25", "Mail with this sender needs a client with valid reverse DNS");

    /// <summary>A domain that is taken only from its own hosts.</summary>
    public static readonly FilterReason ForeignHost = new(VerdictKind.Reject, "sender-foreign-host", 550, "5.7.1", "Mail with this sender does not come from your host");

    /// <summary>A client that may send with senders of its own domain only.</summary>
    public static readonly FilterReason Mismatch = new(VerdictKind.Reject, "sender-mismatch", 550, "5.7.1", "Your host may send only with senders of its own domain");

    /// <summary>The DNS did not say who the client is.</summary>
    public static readonly FilterReason ClientFailed = new(
        VerdictKind.Defer, "sender-client-failed", 451, "4.4.3", "Your reverse DNS cannot be verified now, try again later");

    /// <summary>The domain of the sender has neither MX nor address (RFC 3463 §3.2, X.1.8).</summary>
    public static readonly FilterReason DomainUnknown = new(VerdictKind.Reject, "sender-domain-unknown", 550, "5.1.8", "Sender domain does not exist or takes no mail");

    /// <summary>The domain of the sender has a null MX (RFC 7505 §4.2).</summary>
    public static readonly FilterReason NullMx = new(VerdictKind.Reject, "sender-null-mx", 550, "5.7.27", "Sender address has null MX");

    /// <summary>The DNS did not say whether the domain of the sender takes mail.</summary>
    public static readonly FilterReason DomainFailed = new(
        VerdictKind.Defer, "sender-domain-failed", 451, "4.4.3", "Sender domain cannot be verified now, try again later");

    /// <summary>A client that may relay, with a sender of a domain that is not ours (RFC 6409 §6.1).</summary>
    public static readonly FilterReason NotLocal = new(VerdictKind.Reject, "sender-not-local", 550, "5.7.1", "Sender address is not of a domain that you may send with");

    /// <summary>A client that may relay, with a sender that its rules do not allow (RFC 6409 §6.1).</summary>
    public static readonly FilterReason NotYours = new(VerdictKind.Reject, "sender-not-yours", 550, "5.7.1", "Sender address is not yours to use");

    /// <summary>A client that may relay, with an address in From of the header that it may not use (RFC 6409 §6.1).</summary>
    public static readonly FilterReason FromNotYours = new(
        VerdictKind.Reject, "sender-from-not-yours", 550, "5.7.1", "The address in From is not one that you may send with");

    private const string CdbSuffix = ".cdb";

    private readonly SenderCheckFilterOptions _options;
    private readonly FilterContext _context;
    private readonly BadSenderList _inlineBad;
    private readonly ReloadedFile<BadSenderList>? _badFile;
    private readonly LocalSender _local;
    private readonly SenderRules _inlineRules;
    private readonly ReloadedFile<SenderRules>? _rulesFile;
    private readonly CdbSenderRules? _rulesCdb;
    private readonly SlotKey<PendingSender?> _pending = new();
    private readonly SlotKey<Task> _last = new();
    private readonly SlotKey<object> _scored = new();

    /// <summary>Creates the filter.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="context">Its context.</param>
    /// <exception cref="InvalidDataException">A file is wrong.</exception>
    public SenderCheckFilter(SenderCheckFilterOptions options, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _options = options;
        _context = context;
        _inlineBad = BadSenderList.Parse(options.BadMailFrom, []);
        _inlineRules = SenderRules.Parse(options.SenderRules, []);
        if (LocalSender.Parse(options.LocalSender, out _local) is { } wrong)
        {
            throw new ArgumentException(wrong, nameof(options));
        }

        if (options.BadMailFromPath is not null)
        {
            _badFile = new ReloadedFile<BadSenderList>(
                options.BadMailFromPath, options.ReloadInterval, (lines, errors) => BadSenderList.Parse([.. options.BadMailFrom, .. lines], errors), context.Time, context.Logger);
        }

        if (options.SenderRulesPath is { } rules && rules.EndsWith(CdbSuffix, StringComparison.Ordinal))
        {
            _rulesCdb = new CdbSenderRules(rules, options.ReloadInterval, context);
        }
        else if (options.SenderRulesPath is not null)
        {
            _rulesFile = new ReloadedFile<SenderRules>(options.SenderRulesPath, options.ReloadInterval, SenderRules.Parse, context.Time, context.Logger);
        }
    }

    private ISenderRules Rules => _rulesCdb ?? (ISenderRules?)_rulesFile?.Current ?? _inlineRules;

    /// <inheritdoc />
    public ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);

        // Nothing waits at MAIL, so a client could begin one transaction after the other and fill the resolver: while his last look-up is not done, the next begins at RCPT.
        Verdict verdict = Judge(transaction, mayAsk: transaction.Session.Get(_last) is null or { IsCompleted: true }, out PendingSender? pending);
        transaction.Set(_pending, pending);
        return verdict;
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (transaction.ReversePath.IsNull && transaction.Recipients.Count > 0 && transaction.Get(_scored) is null)
        {
            // RFC 5321 §4.5.5: what has no sender is a report, and goes to the one whom it concerns. Others are strange, but no reason to refuse.
            transaction.Set(_scored, this);
            _context.AddScore(transaction, NullSenderScore, _options.NullSenderScore);
        }

        PendingSender? pending = transaction.Get(_pending);
        if (pending is null)
        {
            // A variant that only this recipient's profile has was not asked at MAIL; or another look-up was not done then.
            Verdict verdict = Judge(transaction, mayAsk: true, out pending);
            pending = verdict.Reason is null ? pending! : new PendingSender { Sender = transaction.ReversePath, Later = verdict };
            transaction.Set(_pending, pending);
        }

        // Allow lists speak at RCPT, before this filter where the order says so, and too late for the look-up to be left out.
        return pending.JudgeAsync(IsTrusted(transaction.Session), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(verdicts);
        Session session = transaction.Session;
        if (!_options.CheckFrom || _local.Check == LocalSenderCheck.None || !session.MayRelay || transaction.Content is not { } content)
        {
            return;
        }

        if (!FromField.TryRead(content, out List<MailPath> authors))
        {
            verdicts.SetAll(Verdict.From(FromNotYours, "unreadable"));
            return;
        }

        foreach (MailPath author in authors)
        {
            Verdict verdict = CheckLocal(session, author, out ISenderRules? rules);
            if (verdict.Reason is null && rules is not null)
            {
                ClientIdentity client = await ClientIdentity.FindAsync(session, _context.Dns).WaitAsync(cancellationToken).ConfigureAwait(false);
                verdict = client.CheckRules(rules, author);
            }

            if (verdict.Reason is not null)
            {
                verdicts.SetAll(verdict.Kind == VerdictKind.Reject ? Verdict.From(FromNotYours, author.Key) : verdict);
                return;
            }
        }
    }

    /// <summary>Stops watching the files.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_badFile is not null)
        {
            await _badFile.DisposeAsync().ConfigureAwait(false);
        }

        if (_rulesCdb is not null)
        {
            await _rulesCdb.DisposeAsync().ConfigureAwait(false);
        }

        if (_rulesFile is not null)
        {
            await _rulesFile.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Judges a sender as far as can be without the DNS, and begins to ask that.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="mayAsk">Whether it may be asked now about the domain.</param>
    /// <param name="pending">What it has to say first; <c>null</c> when it should be asked and may not.</param>
    private Verdict Judge(Transaction transaction, bool mayAsk, out PendingSender? pending)
    {
        pending = PendingSender.Settled;
        Session session = transaction.Session;
        MailPath sender = transaction.ReversePath;
        Verdict local = CheckLocal(session, sender, out ISenderRules? rules);
        if (local.Reason is not null)
        {
            return local;
        }

        BadSenderList bad = _badFile?.Current ?? _inlineBad;
        BadSenderKinds kinds = bad.Find(sender);
        bool isExempt = (kinds & BadSenderKinds.Exempt) != 0;
        if (!isExempt && (kinds & BadSenderKinds.OwnClientsOnly) != 0 && !session.MayRelay)
        {
            return Verdict.From(Forged, $"+ {sender.Key}");
        }

        bool asksClient = !isExempt && ((kinds & (BadSenderKinds.NamedClientsOnly | BadSenderKinds.OwnHostsOnly)) != 0 || (bad.HasHosts && !sender.IsNull));
        Verdict listed = isExempt ? Verdict.Continue : CheckList(bad.Plain, sender);
        if (listed.Reason is not null && !asksClient)
        {
            return listed;
        }

        bool asksDomain = listed.Reason is null && !isExempt && AsksDomain(session, sender);
        if (asksDomain && !mayAsk)
        {
            pending = null;
            return Verdict.Continue;
        }

        if (asksClient || asksDomain || rules is not null)
        {
            pending = new PendingSender
            {
                Sender = sender,
                Client = asksClient || rules is not null ? ClientIdentity.FindAsync(session, _context.Dns) : null,
                Rules = rules,
                List = asksClient ? bad : null,
                Kinds = kinds,
                Later = listed,
                Domain = asksDomain ? SenderDomainLookup.BeginAsync(_context.Dns, sender.DomainALabel, session.Aborted) : null,
            };
            if (pending.Domain is not null)
            {
                session.Set(_last, pending.Domain);
            }
        }

        return Verdict.Continue;
    }

    /// <summary>The senders of clients that may relay.</summary>
    /// <param name="session">The session.</param>
    /// <param name="sender">The sender.</param>
    /// <param name="rules">Rules that have to be asked again when the client's name is known.</param>
    private Verdict CheckLocal(Session session, MailPath sender, out ISenderRules? rules)
    {
        rules = null;
        if (_local.Check == LocalSenderCheck.None || !session.MayRelay || sender.IsNull)
        {
            return Verdict.Continue;
        }

        if (_local.Check != LocalSenderCheck.Rules)
        {
            return _local.Allows(session, sender) ? Verdict.Continue : Verdict.From(NotLocal, sender.Key);
        }

        ISenderRules known = Rules;
        if (ClientKey.AllowsAddress(known, session.Client.Address, sender.Key))
        {
            return Verdict.Continue;
        }

        rules = known.HasHosts ? known : null;
        return rules is null ? Verdict.From(NotYours, sender.Key) : Verdict.Continue;
    }

    private Verdict CheckList(MailPathList list, MailPath sender)
    {
        if (list.FindEntry(sender) is { } entry)
        {
            return Verdict.From(Listed, $"@ {entry}");
        }

        bool isSpared = sender.IsNull && !_options.RefuseNullSender;
        return !isSpared && list.FindPattern(sender) is { } pattern ? Verdict.From(Pattern, $"* {pattern}") : Verdict.Continue;
    }

    private bool AsksDomain(Session session, MailPath sender) =>
        _options.CheckDomain && !sender.IsNull && !sender.IsAddressLiteral && sender.DomainALabel.Length > 0 && !session.MayRelay
        && !IsTrusted(session);

    private bool IsTrusted(Session session) => IsSet(session, KnownFacts.TrustedForwarder) || IsSet(session, KnownFacts.Trusted);

    private bool IsSet(Session session, FactKey<bool> fact) => _context.TryRead(session, fact, out bool value) && value;
}
