using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Toolkit.Files;
using EdgeSmtp.Toolkit.Lookups;

namespace EdgeSmtp.Filters.HeloCheck;

/// <summary>
/// Judges what the client calls itself. Everything that needs no look-up is decided at HELO; the DNS is asked there and awaited at RCPT, so that EHLO is
/// answered at once.
/// </summary>
public sealed class HeloCheckFilter : IHelloFilter, IMailFilter, IRcptFilter, IAsyncDisposable
{
    /// <summary>MAIL without HELO or EHLO, where the mode asks for one (RFC 5321 §4.1.4).</summary>
    public static readonly FilterReason Missing = new(VerdictKind.Reject, "helo-missing", 503, "5.5.1", "Introduce yourself with HELO or EHLO first");

    /// <summary>Neither a domain name nor an address literal (RFC 5321 §4.1.1.1).</summary>
    public static readonly FilterReason Syntax = new(VerdictKind.Reject, "helo-syntax", 550, "5.5.2", "HELO or EHLO needs a host name, or an address in brackets");

    /// <summary>An address literal that is not the client's, or literals are not taken.</summary>
    public static readonly FilterReason Literal = new(VerdictKind.Reject, "helo-literal", 550, "5.7.1", "HELO or EHLO with this address literal is not accepted from you");

    /// <summary>On the list of bad names.</summary>
    public static readonly FilterReason Bad = new(VerdictKind.Reject, "helo-bad", 550, "5.7.1", "HELO or EHLO name is blocked by policy");

    /// <summary>One of our names, from a stranger.</summary>
    public static readonly FilterReason OwnName = new(VerdictKind.Reject, "helo-own-name", 550, "5.7.1", "HELO or EHLO name is not yours");

    /// <summary>Not the client's name in the DNS. RFC 5321 §4.1.4 forbids to refuse for this; the operator who chooses the mode does it all the same.</summary>
    public static readonly FilterReason NotClientName = new(VerdictKind.Reject, "helo-not-client-name", 550, "5.7.1", "HELO or EHLO name does not belong to your address");

    /// <summary>A name that the DNS does not know.</summary>
    public static readonly FilterReason Unknown = new(VerdictKind.Reject, "helo-unknown", 550, "5.7.1", "HELO or EHLO name does not exist");

    /// <summary>The DNS did not say.</summary>
    public static readonly FilterReason DnsFailed = new(VerdictKind.Defer, "helo-dns-failed", 451, "4.4.3", "HELO or EHLO name cannot be verified now, try again later");

    private readonly HeloCheckFilterOptions _options;
    private readonly FilterContext _context;
    private readonly HeloMode _mode;
    private readonly OwnNames _ownNames;
    private readonly BadHeloList _inlineBad;
    private readonly ReloadedFile<BadHeloList>? _badFile;
    private readonly SlotKey<HeloSession> _state = new();

    /// <summary>Creates the filter.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="context">Its context.</param>
    /// <exception cref="InvalidDataException">The bad list of the file is wrong.</exception>
    public HeloCheckFilter(HeloCheckFilterOptions options, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _options = options;
        _context = context;
        _mode = HeloModes.TryParse(options.Mode, out HeloMode mode) ? mode : throw new ArgumentException($"'{options.Mode}' is no mode.", nameof(options));
        _ownNames = new OwnNames(options.OwnNames, options.GuardHostname ? context.Host : null);
        _inlineBad = BadHeloList.Parse(options.BadHelo, []);
        if (options.BadHeloPath is not null)
        {
            _badFile = new ReloadedFile<BadHeloList>(
                options.BadHeloPath, options.ReloadInterval, (lines, errors) => BadHeloList.Parse([.. options.BadHelo, .. lines], errors), context.Time, context.Logger);
        }
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnHelloAsync(Session session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        HeloSession state = Of(session);

        // Nothing waits at HELO, so a client could say one name after the other and fill the resolver: while his last look-up is not done, the next begins at RCPT.
        return Judge(session, state, mayAsk: state.Last is null or { IsCompleted: true });
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        Session session = transaction.Session;
        return _mode.NeedsName() && session.Protocol == SessionProtocol.Smtp && session.HelloKind == HelloKind.None ? Verdict.From(Missing) : Verdict.Continue;
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        Session session = transaction.Session;
        HeloSession state = Of(session);
        if (session.HelloKind != HelloKind.None && !string.Equals(state.Name, session.Hello, StringComparison.Ordinal))
        {
            // A variant that only this recipient's profile has was not asked at HELO; or another look-up was not done then.
            state.Owed = Judge(session, state, mayAsk: true);
        }

        if (state.Owed.Reason is not null)
        {
            return state.Owed;
        }

        return state.Lookup switch
        {
            null => Verdict.Continue,
            { IsCompletedSuccessfully: true } known => Judge(known.Result),
            { } pending => WaitAsync(pending, cancellationToken),
        };
    }

    /// <summary>Stops watching the file.</summary>
    public ValueTask DisposeAsync() => _badFile?.DisposeAsync() ?? ValueTask.CompletedTask;

    private HeloSession Of(Session session)
    {
        HeloSession? state = session.Get(_state);
        if (state is null)
        {
            session.Set(_state, state = new HeloSession());
        }

        return state;
    }

    /// <summary>Judges a name as far as can be without the DNS, and begins to ask that.</summary>
    private Verdict Judge(Session session, HeloSession state, bool mayAsk)
    {
        // What was found out about an earlier name says nothing about this one.
        state.Name = session.Hello;
        state.Lookup = null;
        state.Owed = Verdict.Continue;

        // The final dot changes nothing of what a name means, so it must not lead past a list.
        ReadOnlySpan<char> name = session.Hello;
        ReadOnlySpan<char> listed = name.TrimEnd('.');
        BadHeloList bad = _badFile?.Current ?? _inlineBad;
        if (bad.Exempts(listed))
        {
            return Verdict.Continue;
        }

        IPAddress? literal = null;
        bool isLiteral = HeloName.IsLiteral(name) && HeloName.TryLiteral(name, out literal);
        Verdict verdict = CheckLists(session, listed, literal, bad);
        if (verdict.Reason is null)
        {
            verdict = CheckForm(session, name, isLiteral, literal);
        }

        if (verdict.Reason is null && _mode.AsksDns())
        {
            verdict = BeginLookup(session, state, literal, mayAsk);
        }

        return verdict;
    }

    private Verdict CheckLists(Session session, ReadOnlySpan<char> name, IPAddress? literal, BadHeloList bad)
    {
        if (_mode.ReadsBadList() && bad.Find(name) is { } entry)
        {
            return Verdict.From(Bad, entry);
        }

        return _ownNames.IsForged(session, name, literal) ? Verdict.From(OwnName, session.Hello) : Verdict.Continue;
    }

    private Verdict CheckForm(Session session, ReadOnlySpan<char> name, bool isLiteral, IPAddress? literal)
    {
        if (isLiteral)
        {
            return !_options.AllowLiterals || (_options.LiteralMustMatch && !literal!.Equals(session.Client.Address)) ? Verdict.From(Literal, session.Hello) : Verdict.Continue;
        }

        return _mode.ChecksSyntax() && !HeloName.IsDomain(name, _options.AllowUnderscore, _options.RequireFullName)
            ? Verdict.From(Syntax, session.Hello)
            : Verdict.Continue;
    }

    private Verdict BeginLookup(Session session, HeloSession state, IPAddress? literal, bool mayAsk)
    {
        if (literal is not null)
        {
            // RFC 5321 §4.1.4: a literal is what a host without a name gives; it belongs to the client when it is its address.
            return _mode != HeloMode.ClientName || literal.Equals(session.Client.Address) ? Verdict.Continue : Verdict.From(NotClientName, session.Hello);
        }

        ReadOnlySpan<char> name = session.Hello.AsSpan().TrimEnd('.');
        if (_mode == HeloMode.ClientName && session.ClientName is { } known && name.Equals(known, StringComparison.OrdinalIgnoreCase))
        {
            return Verdict.Continue;
        }

        if (!HeloName.IsDomain(name, allowUnderscore: true, requireDot: false))
        {
            return Verdict.From(_mode == HeloMode.ClientName ? NotClientName : Syntax, session.Hello);
        }

        if (!mayAsk)
        {
            state.Name = null;
            return Verdict.Continue;
        }

        state.Lookup = HeloLookup.AskAsync(_mode, _context.Dns, session, name.ToString(), session.Aborted);
        state.Last = state.Lookup;
        PendingLookup.Forget(state.Lookup);
        return Verdict.Continue;
    }

    private async ValueTask<Verdict> WaitAsync(Task<DnsStatus> pending, CancellationToken cancellationToken) =>
        Judge(await pending.WaitAsync(cancellationToken).ConfigureAwait(false));

    private Verdict Judge(DnsStatus status) => status switch
    {
        DnsStatus.Found => Verdict.Continue,
        DnsStatus.TemporaryFailure => Verdict.From(DnsFailed),
        _ => Verdict.From(_mode == HeloMode.ClientName ? NotClientName : Unknown),
    };
}
