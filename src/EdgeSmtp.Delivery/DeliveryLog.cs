using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Delivery;

/// <summary>Operational messages of delivery. What happened to each message is in the event log.</summary>
internal static partial class DeliveryLog
{
    [LoggerMessage(501, LogLevel.Warning, "TLS with {Host} [{Address}] failed, going on in clear: {Reason}")]
    public static partial void TlsFallback(ILogger logger, string host, string address, string reason);

    [LoggerMessage(502, LogLevel.Error, "The attempt for {Id} by route {Route} failed by a fault of ours; it will be made again.")]
    public static partial void AttemptFailed(ILogger logger, Exception error, string id, string route);

    [LoggerMessage(503, LogLevel.Error, "Message {Id} could not be taken out of the queue.")]
    public static partial void OpenFailed(ILogger logger, Exception error, string id);

    [LoggerMessage(504, LogLevel.Error, "What became of message {Id} could not be recorded; it will be tried again after a restart.")]
    public static partial void SettleFailed(ILogger logger, Exception error, string id);

    [LoggerMessage(505, LogLevel.Warning, "Message {Id} is held: it failed, and a report would go to a sender that is probably forged ({Status}).")]
    public static partial void Held(ILogger logger, string id, string status);

    [LoggerMessage(506, LogLevel.Error, "Dropped {Id}: a report of a failed report could not be delivered to {Recipient} ({Status}).")]
    public static partial void TripleBounce(ILogger logger, string id, string recipient, string status);

    [LoggerMessage(507, LogLevel.Warning, "More than {Max} reports in a minute: failed recipients stay in the queue until there is room.")]
    public static partial void ReportsLimited(ILogger logger, int max);

    [LoggerMessage(508, LogLevel.Error, "The loop that takes messages out of the queue failed; it goes on.")]
    public static partial void IntakeFailed(ILogger logger, Exception error);

    [LoggerMessage(509, LogLevel.Warning, "{Running} transactions were cut off at the end of the stop; their messages stay in the queue.")]
    public static partial void CutOff(ILogger logger, int running);
}
