using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Dns.Exchange;

namespace EdgeSmtp.Dns;

/// <summary>The series of the resolver.</summary>
public sealed class DnsMetrics
{
    /// <summary>Questions by where the answer came from: <c>cache</c>, <c>joined</c> (an equal question was on its way), <c>network</c>, <c>refused</c> (too many on their way), <c>invalid</c> (no such name can exist).</summary>
    public static readonly MetricDeclaration Questions = new(
        "edgesmtp_dns_questions_total", MetricKind.Counter, "Questions asked of the resolver, by where the answer came from.", "source");

    /// <summary>Answers from the network by status.</summary>
    public static readonly MetricDeclaration Answers = new(
        "edgesmtp_dns_answers_total", MetricKind.Counter, "Answers from the network, by status.", "status");

    /// <summary>Attempts that failed, by server-independent cause: <c>timeout</c>, <c>refused</c> (SERVFAIL, REFUSED and the like), <c>garbage</c>, <c>network</c>.</summary>
    public static readonly MetricDeclaration FailedAttempts = new(
        "edgesmtp_dns_failed_attempts_total", MetricKind.Counter, "Attempts at one server that failed, by cause.", "cause");

    /// <summary>Datagrams that answer nothing that is on its way: late, garbled, or forged.</summary>
    public static readonly MetricDeclaration StrayDatagrams = new(
        "edgesmtp_dns_stray_datagrams_total", MetricKind.Counter, "Datagrams that answer no question on its way: late, garbled, or forged.");

    /// <summary>Time from question to answer over the network, retries included.</summary>
    public static readonly MetricDeclaration Duration = new(
        "edgesmtp_dns_question_duration_seconds", MetricKind.Histogram, "Time from question to answer over the network, retries included.");

    /// <summary>Questions on their way.</summary>
    public static readonly MetricDeclaration InFlight = new("edgesmtp_dns_in_flight", MetricKind.Gauge, "Distinct questions on their way.");

    /// <summary>Answers in the cache.</summary>
    public static readonly MetricDeclaration CacheEntries = new("edgesmtp_dns_cache_entries", MetricKind.Gauge, "Answers in the cache.");

    /// <summary>Estimated memory of the cache.</summary>
    public static readonly MetricDeclaration CacheBytes = new("edgesmtp_dns_cache_bytes", MetricKind.Gauge, "Estimated memory of the answers in the cache.");

    private readonly CounterHandle[] _answers;
    private readonly CounterHandle _timedOut;
    private readonly CounterHandle _serverRefused;
    private readonly CounterHandle _garbage;
    private readonly CounterHandle _networkError;

    internal DnsMetrics(IMetrics metrics)
    {
        FromCache = metrics.Counter(Questions, "cache");
        Joined = metrics.Counter(Questions, "joined");
        FromNetwork = metrics.Counter(Questions, "network");
        Refused = metrics.Counter(Questions, "refused");
        Invalid = metrics.Counter(Questions, "invalid");
        _timedOut = metrics.Counter(FailedAttempts, "timeout");
        _serverRefused = metrics.Counter(FailedAttempts, "refused");
        _garbage = metrics.Counter(FailedAttempts, "garbage");
        _networkError = metrics.Counter(FailedAttempts, "network");
        Stray = metrics.Counter(StrayDatagrams);
        QuestionDuration = metrics.Histogram(Duration);
        QuestionsInFlight = metrics.Gauge(InFlight);
        EntriesCached = metrics.Gauge(CacheEntries);
        BytesCached = metrics.Gauge(CacheBytes);
        _answers =
        [
            metrics.Counter(Answers, "found"), metrics.Counter(Answers, "no-data"), metrics.Counter(Answers, "nxdomain"),
            metrics.Counter(Answers, "temporary-failure"), metrics.Counter(Answers, "bogus"),
        ];
    }

    internal CounterHandle FromCache { get; }

    internal CounterHandle Joined { get; }

    internal CounterHandle FromNetwork { get; }

    internal CounterHandle Refused { get; }

    internal CounterHandle Invalid { get; }

    internal CounterHandle Stray { get; }

    internal HistogramHandle QuestionDuration { get; }

    internal GaugeHandle QuestionsInFlight { get; }

    internal GaugeHandle EntriesCached { get; }

    internal GaugeHandle BytesCached { get; }

    internal CounterHandle Answered(DnsStatus status) => _answers[(int)status];

    internal CounterHandle FailedAttempt(ReplyFailure failure) => failure switch
    {
        ReplyFailure.TimedOut => _timedOut,
        ReplyFailure.ServerRefused => _serverRefused,
        ReplyFailure.Network => _networkError,
        _ => _garbage,
    };
}
