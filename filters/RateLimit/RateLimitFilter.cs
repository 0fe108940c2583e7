using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Toolkit.Rates;

namespace EdgeSmtp.Filters.RateLimit;

/// <summary>
/// Limits how much a client may do in a time. Each limit is a token bucket for each key, and a client must stay within all of them; what one of them refuses is counted by none.
/// Beyond a limit the client is told to come again: never a refusal for good.
/// </summary>
public sealed class RateLimitFilter : IConnectFilter, IViolationFilter, IMailFilter, IRcptAttemptFilter, IRcptFilter, IMessageFilter, ISessionEndFilter
{
    /// <summary>Too many messages.</summary>
    public static readonly FilterReason Messages = new(VerdictKind.Defer, "rate-messages", 450, "4.7.1", "Too many messages, try again later");

    /// <summary>As <see cref="Messages"/>, with the connection closed.</summary>
    public static readonly FilterReason MessagesClosed = new(VerdictKind.Disconnect, "rate-messages", 421, "4.7.0", "Too many messages, try again later");

    /// <summary>Too many recipients.</summary>
    public static readonly FilterReason Recipients = new(VerdictKind.Defer, "rate-recipients", 450, "4.7.1", "Too many recipients, try again later");

    /// <summary>As <see cref="Recipients"/>, with the connection closed.</summary>
    public static readonly FilterReason RecipientsClosed = new(VerdictKind.Disconnect, "rate-recipients", 421, "4.7.0", "Too many recipients, try again later");

    /// <summary>Too many connections.</summary>
    public static readonly FilterReason Connections = new(VerdictKind.Defer, "rate-connections", 450, "4.7.1", "Too many connections, try again later");

    /// <summary>As <see cref="Connections"/>, with the connection closed.</summary>
    public static readonly FilterReason ConnectionsClosed = new(VerdictKind.Disconnect, "rate-connections", 421, "4.7.0", "Too many connections, try again later");

    /// <summary>Too many bytes.</summary>
    public static readonly FilterReason Bytes = new(VerdictKind.Defer, "rate-bytes", 450, "4.7.1", "Too much mail by size, try again later");

    /// <summary>As <see cref="Bytes"/>, with the connection closed.</summary>
    public static readonly FilterReason BytesClosed = new(VerdictKind.Disconnect, "rate-bytes", 421, "4.7.0", "Too much mail by size, try again later");

    /// <summary>Too many failures.</summary>
    public static readonly FilterReason Failures = new(VerdictKind.Defer, "rate-failures", 450, "4.7.1", "Too many errors, try again later");

    /// <summary>As <see cref="Failures"/>, with the connection closed.</summary>
    public static readonly FilterReason FailuresClosed = new(VerdictKind.Disconnect, "rate-failures", 421, "4.7.0", "Too many errors, try again later");

    private readonly Limit[] _atConnect;
    private readonly Limit[] _atRcpt;
    private readonly Limit[] _failures;
    private readonly Limit[] _bytes;
    private readonly LimitJudge _judge;

    /// <summary>Creates the filter.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="context">Its context.</param>
    public RateLimitFilter(RateLimitFilterOptions options, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _judge = new LimitJudge(context);

        // What cannot be forged first: who is over such a limit makes no entries in the tables of what he can invent.
        Limit[] limits = [.. options.Limits.OrderBy(static limit => Strength(limit.Value.Key)).Select((limit, index) => new Limit(index, limit.Key, limit.Value, context))];
        _atConnect = [.. limits.Where(static limit => limit.Options.Unit is RateUnit.Connections or RateUnit.Failures)];
        _atRcpt = [.. limits.Where(static limit => limit.Options.Unit is RateUnit.Messages or RateUnit.Recipients or RateUnit.Bytes)];
        _failures = [.. limits.Where(static limit => limit.Options.Unit == RateUnit.Failures)];
        _bytes = [.. limits.Where(static limit => limit.Options.Unit == RateUnit.Bytes)];
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        return _atConnect.Length == 0 ? Verdict.Continue : _judge.JudgeAsync(_atConnect, new Occasion(session), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnViolationAsync(Session session, ProtocolViolation violation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ValueTask counted = CountFailuresAsync(session, 1, cancellationToken);
        return counted.IsCompletedSuccessfully ? Verdict.Continue : AfterAsync(counted);

        static async ValueTask<Verdict> AfterAsync(ValueTask counted)
        {
            await counted.ConfigureAwait(false);
            return Verdict.Continue;
        }
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return JudgeFailuresAsync(transaction, cancellationToken);
    }

    /// <inheritdoc />
    /// <remarks>Before it is known whether the recipient exists, so that whoever guesses addresses is stopped while he guesses.</remarks>
    public ValueTask<Verdict> OnRcptAttemptAsync(Transaction transaction, MailPath forwardPath, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return JudgeFailuresAsync(transaction, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (_atRcpt.Length == 0)
        {
            return Verdict.Continue;
        }

        _judge.StateOf(transaction.Session).Enter(transaction);
        return _judge.JudgeAsync(_atRcpt, new Occasion(transaction.Session, transaction, recipient), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (_bytes.Length == 0 || transaction.Content is null)
        {
            return default;
        }

        // Counted, not judged: what is here was carried, and refusing it now would only have it carried again. The next message waits for it.
        long bytes = transaction.Content.Length;
        ByteCharges charges = new(_bytes, transaction);
        while (charges.MoveNext())
        {
            ValueTask<RateDecision> taken = charges.Limit.Table.TakeAsync(charges.Key, charges.Limit.Rule, 0, bytes, cancellationToken);
            if (!taken.IsCompletedSuccessfully)
            {
                return RestAsync(taken, charges, bytes, cancellationToken);
            }
        }

        return default;
    }

    /// <inheritdoc />
    public ValueTask OnSessionEndAsync(Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return _failures.Length == 0 ? default : CountRefusalsAsync(session, CancellationToken.None);
    }

    private static int Strength(RateKeyKind key) => key switch
    {
        RateKeyKind.Client => 0,
        RateKeyKind.User => 1,
        RateKeyKind.RecipientDomain => 2,
        RateKeyKind.Helo => 3,
        _ => 4,
    };

    private static async ValueTask RestAsync(ValueTask<RateDecision> taken, ByteCharges charges, long bytes, CancellationToken cancellationToken)
    {
        await taken.ConfigureAwait(false);
        while (charges.MoveNext())
        {
            await charges.Limit.Table.TakeAsync(charges.Key, charges.Limit.Rule, 0, bytes, cancellationToken).ConfigureAwait(false);
        }
    }

    private ValueTask<Verdict> JudgeFailuresAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        if (_failures.Length == 0)
        {
            return Verdict.Continue;
        }

        Occasion at = new(transaction.Session, transaction);
        ValueTask counted = CountRefusalsAsync(transaction.Session, cancellationToken);
        return counted.IsCompletedSuccessfully ? _judge.JudgeAsync(_failures, at, cancellationToken) : JudgeAfterAsync(counted, at, cancellationToken);
    }

    private async ValueTask<Verdict> JudgeAfterAsync(ValueTask counted, Occasion at, CancellationToken cancellationToken)
    {
        await counted.ConfigureAwait(false);
        return await _judge.JudgeAsync(_failures, at, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask CountRefusalsAsync(Session session, CancellationToken cancellationToken)
    {
        RateSession state = _judge.StateOf(session);
        int fresh = session.Refusals - state.Refusals;
        state.Refusals += fresh;
        return fresh > 0 ? CountFailuresAsync(session, fresh, cancellationToken) : default;
    }

    private async ValueTask CountFailuresAsync(Session session, int count, CancellationToken cancellationToken)
    {
        foreach (Limit limit in _failures)
        {
            if (limit.TryKey(new Occasion(session), out UInt128 key))
            {
                await limit.Table.TakeAsync(key, limit.Rule, 0, count, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
