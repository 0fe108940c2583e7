using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Queue.Quarantine;

/// <summary>What the quarantine tells operators.</summary>
internal static partial class QuarantineLog
{
    [LoggerMessage(421, LogLevel.Warning, "Quarantine holds more than it may: {messages} messages deleted before their time, oldest first")]
    public static partial void NoRoom(ILogger logger, int messages);

    [LoggerMessage(422, LogLevel.Information, "Quarantine: {messages} messages deleted at the end of their time")]
    public static partial void Expired(ILogger logger, int messages);

    [LoggerMessage(423, LogLevel.Error, "Retention of the quarantine failed; it is tried again")]
    public static partial void SweepFailed(ILogger logger, Exception error);
}
