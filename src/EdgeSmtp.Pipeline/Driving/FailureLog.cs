using EdgeSmtp.Abstractions;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>Says that a filter failed: in the counter each time, in the log once a minute with the number of the others. Failing open must be loud, and must not fill a disk.</summary>
internal sealed class FailureLog(FilterNode node, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private static readonly Action<ILogger, string, string, string, string, int, Exception?> Failed = LoggerMessage.Define<string, string, string, string, int>(
        LogLevel.Error,
        new EventId(302, "FilterFailed"),
        "Filter {Filter} failed at {Stage} ({Kind}) in session {Session}; its policy answered. {Suppressed} earlier failures of it were not logged.");

    private static readonly Action<ILogger, string, string, string, string, int, Exception?> FailedOpen = LoggerMessage.Define<string, string, string, string, int>(
        LogLevel.Error,
        new EventId(303, "FilterFailedOpen"),
        "Filter {Filter} failed at {Stage} ({Kind}) in session {Session} and FAILED OPEN: mail passes without it. {Suppressed} earlier failures of it were not logged.");

    private readonly Lock _lock = new();
    private long _loggedAt;
    private bool _hasLogged;
    private int _suppressed;

    /// <summary>Counts a failure and, if a minute has passed since the last one, logs it.</summary>
    public void Report(Stage stage, ErrorKind kind, Session session, Exception? error)
    {
        node.Metrics.Failed(stage, kind);
        int suppressed;
        lock (_lock)
        {
            if (_hasLogged && time.GetElapsedTime(_loggedAt) < Interval)
            {
                _suppressed++;
                return;
            }

            _hasLogged = true;
            _loggedAt = time.GetTimestamp();
            suppressed = _suppressed;
            _suppressed = 0;
        }

        (FailsOpen(kind) ? FailedOpen : Failed)(logger, node.Name, stage.Label(), kind.Label(), session.Id, suppressed, error);
    }

    private bool FailsOpen(ErrorKind kind) => !node.Shadow && kind switch
    {
        ErrorKind.Exception => node.Driver.OnError == FailurePolicy.Continue,
        ErrorKind.Timeout or ErrorKind.Stuck => node.Driver.OnTimeout == FailurePolicy.Continue,
        ErrorKind.Discard => true,
        _ => false,
    };
}
