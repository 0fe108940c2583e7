using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Rates;

namespace EdgeSmtp.Filters.RateLimit;

/// <summary>Asks the limits of one stage about one occasion.</summary>
internal sealed class LimitJudge(FilterContext context)
{
    private readonly SlotKey<RateSession> _session = new();

    /// <summary>Takes from the bucket of each limit that applies, or refuses and takes from none. Allocates nothing while no bucket has to be waited for.</summary>
    /// <param name="limits">The limits, in order.</param>
    /// <param name="at">What is judged.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask<Verdict> JudgeAsync(Limit[] limits, Occasion at, CancellationToken cancellationToken)
    {
        uint taken = 0;
        for (int i = 0; i < limits.Length; i++)
        {
            if (!TryCharge(limits[i], at, out Charge charge))
            {
                continue;
            }

            ValueTask<RateDecision> pending = limits[i].Table.TakeAsync(charge.Key, limits[i].Rule, charge.Needed, charge.Taken, cancellationToken);
            if (!pending.IsCompletedSuccessfully)
            {
                return JudgeRestAsync(pending, limits, i, at, taken, cancellationToken);
            }

            RateDecision decision = pending.Result;
            if (decision.Allowed)
            {
                taken |= 1u << i;
            }
            else if (Refuses(limits[i], at))
            {
                return RefuseAsync(limits, i, at, taken, decision.RetryAfter, cancellationToken);
            }
        }

        Settle(limits, at, taken);
        return Verdict.Continue;
    }

    private async ValueTask<Verdict> JudgeRestAsync(
        ValueTask<RateDecision> pending, Limit[] limits, int first, Occasion at, uint taken, CancellationToken cancellationToken)
    {
        for (int i = first; i < limits.Length; i++)
        {
            if (i > first)
            {
                if (!TryCharge(limits[i], at, out Charge charge))
                {
                    continue;
                }

                pending = limits[i].Table.TakeAsync(charge.Key, limits[i].Rule, charge.Needed, charge.Taken, cancellationToken);
            }

            RateDecision decision = await pending.ConfigureAwait(false);
            if (decision.Allowed)
            {
                taken |= 1u << i;
            }
            else if (Refuses(limits[i], at))
            {
                return await RefuseAsync(limits, i, at, taken, decision.RetryAfter, cancellationToken).ConfigureAwait(false);
            }
        }

        Settle(limits, at, taken);
        return Verdict.Continue;
    }

    /// <summary>What a limit asks of its bucket now; nothing when it does not apply or is done with this transaction.</summary>
    private bool TryCharge(Limit limit, in Occasion at, out Charge charge)
    {
        charge = default;
        if (limit.Options.Unit == RateUnit.Messages && StateOf(at.Session).IsSettled(limit, DomainOf(limit, at)))
        {
            return false;
        }

        if (!limit.TryKey(at, out UInt128 key))
        {
            return false;
        }

        charge = limit.Options.Unit switch
        {
            RateUnit.Bytes => new Charge(key, Math.Max(1, at.Transaction?.DeclaredSizeBytes ?? 1), 0),
            RateUnit.Failures => new Charge(key, 1, 0),
            _ => new Charge(key, 1, 1),
        };
        return true;
    }

    /// <summary>Whether what is beyond a limit is refused; if not, it gets points, once.</summary>
    private bool Refuses(Limit limit, in Occasion at)
    {
        if (limit.Options.Action != RateAction.Score)
        {
            return true;
        }

        RateSession state = StateOf(at.Session);
        switch (limit.Options.Unit)
        {
            case RateUnit.Connections or RateUnit.Failures:
                if (state.TryScore(limit))
                {
                    context.AddScore(at.Session, limit.ScoreName, limit.Options.Points);
                }

                break;
            case RateUnit.Recipients:
                context.AddScore(at.Recipient!, limit.ScoreName, limit.Options.Points);
                break;
            default:
                if (!state.IsSettled(limit, null))
                {
                    state.Settle(limit, null);
                    context.AddScore(at.Transaction!, limit.ScoreName, limit.Options.Points);
                }

                break;
        }

        return false;
    }

    /// <summary>Gives back what limits before the refusing one took: a client that is refused by one limit does not use up the others by trying again.</summary>
    private async ValueTask<Verdict> RefuseAsync(Limit[] limits, int refusing, Occasion at, uint taken, TimeSpan retryAfter, CancellationToken cancellationToken)
    {
        for (int i = 0; i < refusing; i++)
        {
            if ((taken & (1u << i)) != 0 && TryCharge(limits[i], at, out Charge charge) && charge.Taken > 0)
            {
                await limits[i].Table.ReturnAsync(charge.Key, limits[i].Rule, charge.Taken, cancellationToken).ConfigureAwait(false);
            }
        }

        return RateReasons.Refuse(limits[refusing], retryAfter);
    }

    private void Settle(Limit[] limits, in Occasion at, uint taken)
    {
        for (int i = 0; i < limits.Length; i++)
        {
            if ((taken & (1u << i)) != 0 && limits[i].Options.Unit == RateUnit.Messages)
            {
                StateOf(at.Session).Settle(limits[i], DomainOf(limits[i], at));
            }
        }
    }

    private static string? DomainOf(Limit limit, in Occasion at) => limit.IsByDomain ? at.Recipient!.ForwardPath.DomainALabel : null;

    /// <summary>What was counted in a session.</summary>
    public RateSession StateOf(Session session)
    {
        RateSession? state = session.Get(_session);
        if (state is null)
        {
            session.Set(_session, state = new RateSession());
        }

        return state;
    }
}
