using System.Globalization;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions;

/// <summary>The series of one listener, bound once, so that a session touches handles only.</summary>
internal sealed class ListenerMetrics
{
    private const int FirstRefusal = 400;
    private const int RefusalCodes = 200;

    /// <summary>The codes that the server gives by itself. Those that only a filter or plug-in gives are bound when one does.</summary>
    private static readonly ushort[] OwnCodes = [421, 450, 451, 452, 454, 500, 501, 502, 503, 504, 530, 550, 552, 553, 554, 555];

    private readonly CounterHandle[] _commands;
    private readonly CounterHandle[] _violations;
    private readonly CounterHandle[] _sessionEnds;
    private readonly CounterHandle[] _recipients;
    private readonly CounterHandle[] _transactions;
    private readonly CounterHandle?[] _refusals = new CounterHandle?[RefusalCodes];
    private readonly IMetrics _metrics;
    private readonly string _listener;

    public ListenerMetrics(IMetrics metrics, string listener)
    {
        _metrics = metrics;
        _listener = listener;
        Connections = metrics.Counter(SessionMetrics.Connections, listener);
        ConnectionsOpen = metrics.Gauge(SessionMetrics.ConnectionsOpen, listener);
        RefusedDraining = metrics.Counter(SessionMetrics.ConnectionsRefused, listener, "draining");
        RefusedServerFull = metrics.Counter(SessionMetrics.ConnectionsRefused, listener, "server-full");
        RefusedAddressFull = metrics.Counter(SessionMetrics.ConnectionsRefused, listener, "address-full");
        RefusedNetworkFull = metrics.Counter(SessionMetrics.ConnectionsRefused, listener, "network-full");
        RefusedBadProxyHeader = metrics.Counter(SessionMetrics.ConnectionsRefused, listener, "proxy-header");
        RefusedProxyTimeout = metrics.Counter(SessionMetrics.ConnectionsRefused, listener, "proxy-timeout");
        RefusedByRule = metrics.Counter(SessionMetrics.ConnectionsRefused, listener, "access-rule");
        RefusedClientName = metrics.Counter(SessionMetrics.ConnectionsRefused, listener, "client-name");
        AccessUnruled = metrics.Counter(SessionMetrics.AccessDecisions, listener, "no-rule");
        AccessAllowed = metrics.Counter(SessionMetrics.AccessDecisions, listener, "allow");
        AccessRefused = metrics.Counter(SessionMetrics.AccessDecisions, listener, "refuse-mail");
        AccessDenied = metrics.Counter(SessionMetrics.AccessDecisions, listener, "deny");
        NamesFound = metrics.Counter(SessionMetrics.ClientNames, listener, "found");
        NamesNone = metrics.Counter(SessionMetrics.ClientNames, listener, "none");
        NamesUnknown = metrics.Counter(SessionMetrics.ClientNames, listener, "temporary-failure");
        HealthChecks = metrics.Counter(SessionMetrics.HealthChecks, listener);
        Sessions = metrics.Counter(SessionMetrics.Sessions, listener);
        SessionsActive = metrics.Gauge(SessionMetrics.SessionsActive, listener);
        SessionsHeld = metrics.Gauge(SessionMetrics.SessionsHeld, listener);
        RepliesHeld = metrics.Gauge(SessionMetrics.RepliesHeld, listener);
        SessionsTls = metrics.Counter(SessionMetrics.SessionsTls, listener);
        ContentBytes = metrics.Counter(SessionMetrics.ContentBytes, listener);
        CommitSeconds = metrics.Histogram(SessionMetrics.CommitSeconds, listener);
        foreach (ushort code in OwnCodes)
        {
            BindRefusal(code);
        }

        _commands = Bind(Enum.GetValues<SmtpVerb>(), verb => metrics.Counter(SessionMetrics.Commands, listener, MetricLabels.Of(verb)));
        _violations = Bind(Enum.GetValues<ProtocolViolation>(), violation => metrics.Counter(SessionMetrics.Violations, listener, MetricLabels.Of(violation)));
        _sessionEnds = Bind(Enum.GetValues<SessionEnd>(), end => metrics.Counter(SessionMetrics.SessionEnds, listener, MetricLabels.Of(end)));
        _recipients = Bind(Enum.GetValues<RecipientOutcome>(), outcome => metrics.Counter(SessionMetrics.Recipients, listener, MetricLabels.Of(outcome)));
        _transactions = Bind(Enum.GetValues<TransactionOutcome>(), outcome => metrics.Counter(SessionMetrics.Transactions, listener, MetricLabels.Of(outcome)));
    }

    public CounterHandle Connections { get; }

    public GaugeHandle ConnectionsOpen { get; }

    public CounterHandle RefusedDraining { get; }

    public CounterHandle RefusedServerFull { get; }

    public CounterHandle RefusedAddressFull { get; }

    public CounterHandle RefusedNetworkFull { get; }

    public CounterHandle RefusedBadProxyHeader { get; }

    public CounterHandle RefusedProxyTimeout { get; }

    public CounterHandle RefusedByRule { get; }

    public CounterHandle RefusedClientName { get; }

    public CounterHandle AccessUnruled { get; }

    public CounterHandle AccessAllowed { get; }

    public CounterHandle AccessRefused { get; }

    public CounterHandle AccessDenied { get; }

    public CounterHandle NamesFound { get; }

    public CounterHandle NamesNone { get; }

    public CounterHandle NamesUnknown { get; }

    public CounterHandle HealthChecks { get; }

    public CounterHandle Sessions { get; }

    public GaugeHandle SessionsActive { get; }

    public GaugeHandle SessionsHeld { get; }

    public GaugeHandle RepliesHeld { get; }

    public CounterHandle SessionsTls { get; }

    public CounterHandle ContentBytes { get; }

    public HistogramHandle CommitSeconds { get; }

    public CounterHandle Command(SmtpVerb verb) => _commands[(int)verb];

    public CounterHandle Violation(ProtocolViolation violation) => _violations[(int)violation];

    public CounterHandle End(SessionEnd end) => _sessionEnds[(int)end];

    public CounterHandle Recipient(RecipientOutcome outcome) => _recipients[(int)outcome];

    public CounterHandle Transaction(TransactionOutcome outcome) => _transactions[(int)outcome];

    /// <summary>Counts a reply if it refuses.</summary>
    /// <param name="code">Its code.</param>
    public void Replied(ushort code)
    {
        if (code is >= FirstRefusal and < FirstRefusal + RefusalCodes)
        {
            (_refusals[code - FirstRefusal] ?? BindRefusal(code)).Add();
        }
    }

    private CounterHandle BindRefusal(ushort code) =>
        _refusals[code - FirstRefusal] = _metrics.Counter(SessionMetrics.Refusals, _listener, code.ToString(CultureInfo.InvariantCulture));

    private static CounterHandle[] Bind<T>(T[] values, Func<T, CounterHandle> bind)
        where T : struct, Enum
    {
        CounterHandle[] handles = new CounterHandle[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            handles[i] = bind(values[i]);
        }

        return handles;
    }
}
