using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Delivery.Reports;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Protocol.Addresses;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Delivery.Attempts;

/// <summary>Turns the results of an attempt into what the store is told: who is done, who is tried again when, who is reported to whom. A failure and its report are one settlement.</summary>
internal sealed class AttemptJudge(MessageIdGenerator ids, ReportLimiter limiter, Random random, TimeProvider time, IMetrics metrics, ILogger logger)
{
    private const int LastStatusMax = 200;

    private static readonly TimeSpan LimitedDelay = TimeSpan.FromMinutes(1);

    private readonly ReportMeters _meters = new(metrics);

    /// <summary>The settlement for recipients that were delivered while others are still under way.</summary>
    public Settlement Partial(MessageAttempt attempt, List<int> delivered)
    {
        List<Submission> reports = [];
        AddSuccess(attempt, delivered, reports);
        return new Settlement { Done = delivered, Reports = reports };
    }

    /// <summary>The last settlement of an attempt.</summary>
    public Settlement Final(MessageAttempt attempt, List<int> delivered)
    {
        DateTimeOffset now = time.GetUtcNow();
        Envelope envelope = attempt.Message.Envelope;
        Judgement judgement = new(delivered);
        for (int i = 0; i < envelope.Recipients.Count; i++)
        {
            if (attempt.Result(i).Result is not { } result) continue;
            judgement.Tried |= result.Kind != DispositionKind.Postponed;
            if (result.Kind == DispositionKind.Delivered) continue;
            judgement.LastStatus = result.Diagnostic;
            if (result.Kind == DispositionKind.Temporary && IsExpired(attempt)) result = attempt.Expire(i);
            if (result.Kind == DispositionKind.Permanent) Fail(attempt, i, result, judgement);
            else Retry(attempt.Result(i).Route, result, envelope, now, judgement);
        }

        AddSuccess(attempt, delivered, judgement.Reports);
        AddFailures(attempt, ReportKind.Failed, envelope.ReversePath, judgement.ToSender, now, judgement);
        AddFailures(attempt, ReportKind.Double, attempt.Snapshot.Options.Postmaster, judgement.ToPostmaster, now, judgement);
        // A postponed recipient alone comes back soon; beside others it waits with them, or they would be tried in its rhythm.
        if (judgement.Postponed) judgement.Next ??= now + (attempt.Snapshot.Options.BacklogDelay * (1 + random.NextDouble()));
        if (judgement.Next is { } next && !judgement.Hold) AddDelays(attempt, now, next, judgement);
        return new Settlement
        {
            Done = judgement.Done,
            Reports = judgement.Reports,
            NextAttempt = judgement.Hold ? null : judgement.Next ?? now,
            CountsAsAttempt = judgement.Tried,
            Hold = judgement.Hold,
            LastStatus = judgement.LastStatus is { Length: > LastStatusMax } text ? text[..LastStatusMax] : judgement.LastStatus,
        };
    }

    /// <summary>Spec §15.5: an attempt that began behind the lifetime was the last.</summary>
    private static bool IsExpired(MessageAttempt attempt)
    {
        DeliveryOptions options = attempt.Snapshot.Options;
        Envelope envelope = attempt.Message.Envelope;
        return attempt.Started - envelope.Since >= (envelope.ReversePath.IsNull ? options.BounceLifetime : options.Lifetime);
    }

    private void Fail(MessageAttempt attempt, int recipient, Disposition result, Judgement judgement)
    {
        Envelope envelope = attempt.Message.Envelope;
        EnvelopeRecipient failed = envelope.Recipients[recipient];
        switch (ReportPolicy.OnFailure(envelope, failed, attempt.Snapshot.Options))
        {
            case FailureAction.Report:
                judgement.ToSender.Add(recipient);
                break;
            case FailureAction.ReportToPostmaster:
                judgement.ToPostmaster.Add(recipient);
                break;
            case FailureAction.Hold:
                judgement.Hold = true;
                _meters.Held.Add();
                DeliveryLog.Held(logger, attempt.Message.Id.ToString(), result.Status);
                break;
            case FailureAction.Drop:
                judgement.Done.Add(recipient);
                _meters.Dropped.Add();
                DeliveryLog.TripleBounce(logger, attempt.Message.Id.ToString(), failed.ForwardPath.ToString(), result.Status);
                break;
            default:
                judgement.Done.Add(recipient);
                break;
        }
    }

    private void Retry(Route route, Disposition result, Envelope envelope, DateTimeOffset now, Judgement judgement)
    {
        if (result.Kind == DispositionKind.Postponed)
        {
            judgement.Postponed = true;
            return;
        }

        judgement.Late = true;
        DateTimeOffset next = route.Schedule.Next(envelope.Since, now, random.NextDouble());
        judgement.Next = judgement.Next is { } other && other < next ? other : next;
    }

    private void AddFailures(MessageAttempt attempt, ReportKind kind, MailPath to, List<int> failed, DateTimeOffset now, Judgement judgement)
    {
        if (failed.Count == 0) return;
        if (!limiter.TryTake(attempt.Snapshot.Options.ReportsPerMinuteMax))
        {
            // The recipients stay open, so that the report is not lost; the next attempt fails in the same way and reports then.
            _meters.Limited.Add();
            DeliveryLog.ReportsLimited(logger, attempt.Snapshot.Options.ReportsPerMinuteMax);
            judgement.Next = now + (LimitedDelay * (1 + random.NextDouble()));
            return;
        }

        judgement.Reports.Add(ReportBuilder.Build(new ReportRequest(kind, to, attempt, failed), ids.Next(), now));
        judgement.Done.AddRange(failed);
        (kind == ReportKind.Double ? _meters.Double : _meters.Failed).Add();
    }

    private void AddSuccess(MessageAttempt attempt, List<int> delivered, List<Submission> reports)
    {
        Envelope envelope = attempt.Message.Envelope;
        List<int>? wanted = null;
        foreach (int recipient in delivered)
        {
            ref readonly RecipientOutcome outcome = ref attempt.Result(recipient);
            if (ReportPolicy.OnSuccess(envelope, envelope.Recipients[recipient], outcome.Result!.DsnPassedOn, outcome.Route.Transport == TransportKind.Discard)) (wanted ??= []).Add(recipient);
        }

        if (wanted is null) return;
        if (!limiter.TryTake(attempt.Snapshot.Options.ReportsPerMinuteMax))
        {
            _meters.Limited.Add();
            return;
        }

        reports.Add(ReportBuilder.Build(new ReportRequest(ReportKind.Success, envelope.ReversePath, attempt, wanted), ids.Next(), time.GetUtcNow()));
        _meters.Success.Add();
    }

    private void AddDelays(MessageAttempt attempt, DateTimeOffset now, DateTimeOffset next, Judgement judgement)
    {
        if (!judgement.Late) return;
        Envelope envelope = attempt.Message.Envelope;
        List<int> late = [];
        for (int i = 0; i < envelope.Recipients.Count; i++)
        {
            if (attempt.Result(i).Result is { Kind: DispositionKind.Temporary } && ReportPolicy.OnDelay(envelope, envelope.Recipients[i], attempt.Snapshot.Options, now, next)) late.Add(i);
        }

        if (late.Count == 0) return;
        if (!limiter.TryTake(attempt.Snapshot.Options.ReportsPerMinuteMax))
        {
            _meters.Limited.Add();
            return;
        }

        judgement.Reports.Add(ReportBuilder.Build(new ReportRequest(ReportKind.Delayed, envelope.ReversePath, attempt, late), ids.Next(), now));
        _meters.Delayed.Add();
    }

    private sealed class Judgement(List<int> done)
    {
        public List<int> Done { get; } = done;

        public List<int> ToSender { get; } = [];

        public List<int> ToPostmaster { get; } = [];

        public List<Submission> Reports { get; } = [];

        public DateTimeOffset? Next { get; set; }

        public bool Tried { get; set; }

        public bool Postponed { get; set; }

        public bool Late { get; set; }

        public bool Hold { get; set; }

        public string? LastStatus { get; set; }
    }
}
