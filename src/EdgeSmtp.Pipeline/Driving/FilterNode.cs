using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Tracing;
using EdgeSmtp.Pipeline.Building;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>One configured filter, made and ready to be called. Pipelines share it across reloads as long as its configuration is the same, and the last one disposes it.</summary>
internal sealed class FilterNode
{
    private readonly InstanceContext _context;
    private int _holders = 1;

    public FilterNode(FilterInstance instance, IFilter filter, InstanceContext context, IReadOnlyList<FactKey> skipWhen, IMetrics metrics, TimeProvider time)
    {
        Instance = instance;
        SpanName = Spans.Filter + instance.Name;
        Filter = filter;
        _context = context;
        SkipWhen = [.. skipWhen];
        RecipientSkips = [.. skipWhen.Where(static fact => fact.Scope == FactScope.Recipient)];
        Traits = instance.Traits;
        ExemptPostmaster = instance.Driver.ExemptPostmaster ?? Traits.ExemptPostmaster;
        Metrics = new NodeMetrics(metrics, instance.Name, filter, skipWhen);
        Reasons = new ReasonTable(metrics, instance.Name, filter, instance.Driver);
        Failures = new FailureLog(this, context.Logger, time);
        Gate = new CallGate(instance.Name, instance.Driver.CallsMax, time, metrics);
        context.Attach(this);
    }

    public FilterInstance Instance { get; }

    public IFilter Filter { get; }

    public string Name => Instance.Name;

    /// <summary>Name of the spans of its calls.</summary>
    public string SpanName { get; }

    public FilterHost Host => _context.Host;

    public DriverOptions Driver => Instance.Driver;

    public FilterTraits Traits { get; }

    public bool Shadow => Driver.Shadow;

    public bool Always => Traits.Always;

    public TimeSpan Timeout => Driver.Timeout;

    public bool ExemptPostmaster { get; }

    public FactKey[] SkipWhen { get; }

    /// <summary>Those of <see cref="SkipWhen"/> that spare single recipients after the content.</summary>
    public FactKey[] RecipientSkips { get; }

    public NodeMetrics Metrics { get; }

    public ReasonTable Reasons { get; }

    public FailureLog Failures { get; }

    /// <summary>Bounds the threads that it can hold, and the calls of it that are under way.</summary>
    public CallGate Gate { get; }

    /// <summary>Set when the filter failed open; exists for filters that annotate.</summary>
    public FactKey<bool>? Unchecked { get; init; }

    /// <summary>Calls the filter. Throws whatever it throws.</summary>
    public ValueTask<Verdict> InvokeAsync(in StageCall call, RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        switch (call.Stage)
        {
            case Stage.Connect:
                return ((IConnectFilter)Filter).OnConnectAsync(call.Session, cancellationToken);
            case Stage.Violation:
                return ((IViolationFilter)Filter).OnViolationAsync(call.Session, call.Violation, cancellationToken);
            case Stage.Hello:
                return ((IHelloFilter)Filter).OnHelloAsync(call.Session, cancellationToken);
            case Stage.Auth:
                return ((IAuthFilter)Filter).OnAuthAsync(call.Session, cancellationToken);
            case Stage.Mail:
                return ((IMailFilter)Filter).OnMailAsync(call.Transaction!, cancellationToken);
            case Stage.RcptAttempt:
                return ((IRcptAttemptFilter)Filter).OnRcptAttemptAsync(call.Transaction!, call.ForwardPath!, cancellationToken);
            case Stage.Rcpt:
                return ((IRcptFilter)Filter).OnRcptAsync(call.Transaction!, call.Recipient!, cancellationToken);
            case Stage.Body:
                return AsVerdict(call.Body!.CompleteAsync(this, verdicts, cancellationToken));
            case Stage.Message:
                return AsVerdict(((IMessageFilter)Filter).OnMessageAsync(call.Transaction!, verdicts, cancellationToken));
            case Stage.Seal:
                return AsVerdict(((ISealFilter)Filter).OnSealAsync(call.Transaction!, call.Seal!, cancellationToken));
            default:
                return AsVerdict(((ISessionEndFilter)Filter).OnSessionEndAsync(call.Session));
        }
    }

    /// <summary>What a verdict comes to: with the operator's reply, without a Discard that is not allowed, and not for a postmaster whom the filter spares.</summary>
    public Verdict Effective(Verdict verdict, Recipient? recipient)
    {
        if (verdict.Reason is null || (ExemptPostmaster && recipient is { IsPostmaster: true }) || (verdict.Kind == VerdictKind.Discard && !Driver.AllowDiscard))
        {
            return Verdict.Continue;
        }

        return Reasons.Reword(verdict);
    }

    /// <summary>What the failure policy puts in place of a verdict.</summary>
    public Verdict PolicyOf(CallOutcome outcome) => DriverReasons.Of(outcome == CallOutcome.Failed ? Driver.OnError : Driver.OnTimeout, outcome);

    /// <summary>Joins the holders, for another pipeline.</summary>
    /// <returns><c>false</c> when the last one has let it go already.</returns>
    public bool TryHold()
    {
        int seen;
        do
        {
            seen = Volatile.Read(ref _holders);
            if (seen == 0)
            {
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref _holders, seen + 1, seen) != seen);

        return true;
    }

    /// <summary>Lets it go; the last holder disposes the filter and its state.</summary>
    public async ValueTask ReleaseAsync()
    {
        if (Interlocked.Decrement(ref _holders) > 0)
        {
            return;
        }

        Gate.Dispose();
        await Disposal.DisposeAsync(Filter, _context.Logger, Name);
        await _context.ReleaseStateAsync();
    }

    private static ValueTask<Verdict> AsVerdict(ValueTask pending)
    {
        if (!pending.IsCompleted)
        {
            return AwaitAsync(pending);
        }

        pending.GetAwaiter().GetResult();
        return default;
    }

    private static async ValueTask<Verdict> AwaitAsync(ValueTask pending)
    {
        await pending;
        return default;
    }
}
