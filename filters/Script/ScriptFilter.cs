using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Filters.Script.Children;
using EdgeSmtp.Filters.Script.Wire;

namespace EdgeSmtp.Filters.Script;

/// <summary>
/// Asks a program in any language: a line of JSON to its standard input, a line of JSON from its standard output. The program runs as long as the filter does, says in its first line
/// at which stages it wants to be asked, and costs nothing at the others.
/// </summary>
public sealed class ScriptFilter : IConnectFilter, IHelloFilter, IMailFilter, IRcptFilter, IMessageFilter, IAsyncDisposable, IDisposable
{
    public static readonly FilterReason Rejected = new(VerdictKind.Reject, "script-rejected", 550, "5.7.1", "Rejected by policy");
    public static readonly FilterReason Deferred = new(VerdictKind.Defer, "script-deferred", 451, "4.7.1", "Service unavailable, try again later");
    public static readonly FilterReason Disconnected = new(VerdictKind.Disconnect, "script-disconnected", 421, "4.7.0", "Service unavailable, closing connection");
    public static readonly FilterReason Quarantined = new(VerdictKind.Quarantine, "script-quarantined", 0, string.Empty, string.Empty);
    public static readonly FilterReason Discarded = new(VerdictKind.Discard, "script-discarded", 0, string.Empty, string.Empty);

    private readonly FilterContext _context;
    private readonly ScriptFacts _facts;
    private readonly ScriptPool _pool;

    /// <summary>Starts the program; does not wait for it.</summary>
    /// <param name="options">Options.</param>
    /// <param name="context">Context.</param>
    public ScriptFilter(ScriptFilterOptions options, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _context = context;
        _facts = new ScriptFacts(options.Facts, context);
        _pool = new ScriptPool(options, context);
    }

    /// <summary>Where questions go. For tests.</summary>
    internal ScriptPool Pool => _pool;

    /// <inheritdoc />
    public ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken) => JudgeAsync(ScriptStages.Connect, session, null, null, cancellationToken);

    /// <inheritdoc />
    public ValueTask<Verdict> OnHelloAsync(Session session, CancellationToken cancellationToken) => JudgeAsync(ScriptStages.Helo, session, null, null, cancellationToken);

    /// <inheritdoc />
    public ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return JudgeAsync(ScriptStages.Mail, transaction.Session, transaction, null, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return JudgeAsync(ScriptStages.Rcpt, transaction.Session, transaction, recipient, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(verdicts);
        return Wants(ScriptStages.Message) ? JudgeAsync(transaction, verdicts, cancellationToken) : default;
    }

    /// <inheritdoc />
    public void Dispose() => _ = _pool.DisposeAsync().AsTask();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private static void Speak(ScriptAnswer answer, RecipientVerdicts verdicts)
    {
        if (answer.Line.For is null)
        {
            verdicts.SetAll(answer.Verdict);
            return;
        }

        foreach (int index in answer.Line.For)
        {
            if ((uint)index >= (uint)verdicts.Count)
            {
                throw new ScriptException($"its answer is for recipient {index}, which there is not");
            }

            verdicts.Set(index, answer.Verdict);
        }
    }

    /// <summary>Whether the program wants to be asked, as far as is known: before its first hello every question waits for it, so that nothing slips through.</summary>
    private bool Wants(ScriptStages stage) => _pool.Hello is not { } hello || (hello.Stages & stage) != 0;

    private ValueTask<Verdict> JudgeAsync(ScriptStages stage, Session session, Transaction? transaction, Recipient? recipient, CancellationToken cancellationToken) =>
        Wants(stage) ? AskAsync(stage, session, transaction, recipient, cancellationToken) : Verdict.Continue;

    private async ValueTask<Verdict> AskAsync(ScriptStages stage, Session session, Transaction? transaction, Recipient? recipient, CancellationToken cancellationToken)
    {
        FilterSubject subject = recipient ?? (FilterSubject?)transaction ?? session;
        ScriptQuestion question = new(stage, session, transaction, recipient, null, _facts.NamesOf(subject), SpfOf(transaction));
        if (await _pool.AskAsync(question, cancellationToken).ConfigureAwait(false) is not { } answer)
        {
            return Verdict.Continue;
        }

        if (answer.Line.For is not null)
        {
            throw new ScriptException("its answer names recipients, of which only the message stage has several");
        }

        Apply(answer, subject, recipient is not null ? _context.Changes(recipient) : transaction is not null ? _context.Changes(transaction) : null);
        return answer.Verdict;
    }

    private async ValueTask JudgeAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        // The message goes to nobody through a pipe: a program that wants to see it opens the file.
        string path = await transaction.Content!.GetPathAsync(cancellationToken).ConfigureAwait(false);
        ScriptQuestion question = new(ScriptStages.Message, transaction.Session, transaction, null, path, _facts.NamesOf(transaction), SpfOf(transaction));
        if (await _pool.AskAsync(question, cancellationToken).ConfigureAwait(false) is { } answer)
        {
            Apply(answer, transaction, _context.Changes(transaction));
            Speak(answer, verdicts);
        }
    }

    private string? SpfOf(Transaction? transaction) =>
        transaction is not null && _context.TryRead(transaction, AuthenticationFacts.Spf, out SpfResult? spf) ? SpfStatusNames.Of(spf!.Status) : null;

    private void Apply(ScriptAnswer answer, FilterSubject subject, IMessageChanges? changes)
    {
        foreach (string name in answer.Line.Facts)
        {
            _facts.Publish(name, subject);
        }

        foreach ((string name, double value) in answer.Line.Scores)
        {
            _context.AddScore(subject, name, value);
        }

        foreach (IReadOnlyList<string> field in answer.Line.Headers)
        {
            (changes ?? throw new ScriptException("its answer has a header, and there is no message yet")).InsertHeader(field[0], field[1]);
        }
    }
}
