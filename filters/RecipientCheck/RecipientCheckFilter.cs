using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Toolkit.Files;
using EdgeSmtp.Toolkit.Patterns;

namespace EdgeSmtp.Filters.RecipientCheck;

/// <summary>
/// Judges how a client names recipients: a list of bad ones, how many there are, and how many do not exist. Limits and delays come before anybody looks whether a mailbox exists,
/// so that they tell nothing of it.
/// </summary>
public sealed class RecipientCheckFilter : IRcptAttemptFilter, IRcptFilter, IBodyFilter, IAsyncDisposable
{
    /// <summary>An address or domain on the list.</summary>
    public static readonly FilterReason Listed = new(VerdictKind.Reject, "recipient-listed", 550, "5.7.1", "Recipient address is blocked by policy");

    /// <summary>A pattern on the list.</summary>
    public static readonly FilterReason Pattern = new(VerdictKind.Reject, "recipient-pattern", 550, "5.7.1", "Recipient address is blocked by policy");

    /// <summary>More recipients than one message may have; the client sends the rest in another (RFC 5321 §4.5.3.1.10).</summary>
    public static readonly FilterReason TooMany = new(VerdictKind.Defer, "recipients-too-many", 452, "4.5.3", "Too many recipients");

    /// <summary>Too many recipients in this session that do not exist. Not 452, which would ask for the rest at once.</summary>
    public static readonly FilterReason TooManyInvalid = new(
        VerdictKind.Defer, "recipients-invalid", 450, "4.7.1", "Too many recipients of this session do not exist, try again later");

    /// <summary>A message of a client that is notorious by then.</summary>
    public static readonly FilterReason Notorious = new(
        VerdictKind.Disconnect, "recipients-notorious", 554, "5.7.1", "Too many recipients of this session do not exist, message refused");

    private readonly RecipientCheckFilterOptions _options;
    private readonly FilterContext _context;
    private readonly MailPathList _inlineBad;
    private readonly ReloadedFile<MailPathList>? _badFile;
    private readonly SlotKey<AttemptCount> _attempts = new();

    /// <summary>Creates the filter.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="context">Its context.</param>
    /// <exception cref="InvalidDataException">The list of the file is wrong.</exception>
    public RecipientCheckFilter(RecipientCheckFilterOptions options, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _options = options;
        _context = context;
        _inlineBad = MailPathList.Parse(options.BadRcptTo, []);
        if (options.BadRcptToPath is not null)
        {
            _badFile = new ReloadedFile<MailPathList>(
                options.BadRcptToPath, options.ReloadInterval, (lines, errors) => MailPathList.Parse([.. options.BadRcptTo, .. lines], errors), context.Time, context.Logger);
        }
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnRcptAttemptAsync(Transaction transaction, MailPath forwardPath, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        Session session = transaction.Session;
        bool isOwn = IsOwnClient(session);
        if (!isOwn && _options.TarpitCount > 0 && _options.TarpitDelay > TimeSpan.Zero && CountAttempt(transaction) >= _options.TarpitCount)
        {
            _context.HoldReply(session, _options.TarpitDelay);
        }

        if (_options.RecipientsMax > 0 && transaction.Recipients.Count >= _options.RecipientsMax)
        {
            return Verdict.From(TooMany);
        }

        return !isOwn && IsNotorious(session) ? Verdict.From(TooManyInvalid) : Verdict.Continue;
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        MailPathList bad = _badFile?.Current ?? _inlineBad;
        if (bad.FindEntry(recipient.ForwardPath) is { } entry)
        {
            return Verdict.From(Listed, $"@ {entry}");
        }

        return bad.FindPattern(recipient.ForwardPath) is { } pattern ? Verdict.From(Pattern, $"* {pattern}") : Verdict.Continue;
    }

    /// <inheritdoc />
    public IBodySink? OpenBody(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return _options.RefuseNotorious && IsNotorious(transaction.Session) && !IsOwnClient(transaction.Session) ? NotoriousSink.Instance : null;
    }

    /// <summary>Stops watching the file.</summary>
    public ValueTask DisposeAsync() => _badFile?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Whether the client's users are ours, or a forwarder's that passes on what others gave it: such do not guess.</summary>
    private bool IsOwnClient(Session session) =>
        session.MayRelay || (_context.TryRead(session, KnownFacts.TrustedForwarder, out bool isForwarder) && isForwarder);

    private bool IsNotorious(Session session) => _options.InvalidRecipientsMax > 0 && session.InvalidRecipients >= _options.InvalidRecipientsMax;

    private int CountAttempt(Transaction transaction)
    {
        AttemptCount? count = transaction.Get(_attempts);
        if (count is null)
        {
            // Ends with the transaction, so RSET, EHLO and the next MAIL begin a new one.
            transaction.Set(_attempts, count = new AttemptCount());
        }

        return ++count.Value;
    }
}
