using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Sessions.Pending;

/// <summary>What the pending lane tells operators.</summary>
internal static partial class PendingLog
{
    [LoggerMessage(251, LogLevel.Error, "Filters could not be asked about the pending message {Id}; it will be tried again.")]
    public static partial void Failed(ILogger logger, Exception error, string id);

    [LoggerMessage(252, LogLevel.Error, "No verdict of {Filters} about message {Id} in {Age}: {Action}.")]
    public static partial void GaveUp(ILogger logger, string filters, string id, TimeSpan age, GiveUpAction action);

    [LoggerMessage(253, LogLevel.Error, "The loop of the pending lane failed; it goes on.")]
    public static partial void LoopFailed(ILogger logger, Exception error);
}
