using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Toolkit.Backends;

/// <summary>What a <see cref="BackendGuard"/> tells operations: one line when a backend counts as dead, one when it is back.</summary>
internal static class BackendGuardLog
{
    private static readonly Action<ILogger, string, string, Exception?> OpenedMessage = LoggerMessage.Define<string, string>(
        LogLevel.Error, new EventId(720, nameof(Opened)), "Backend {Backend} fails and is not asked until it recovers: {Detail}");

    private static readonly Action<ILogger, string, Exception?> ClosedMessage = LoggerMessage.Define<string>(
        LogLevel.Information, new EventId(721, nameof(Closed)), "Backend {Backend} answers again");

    public static void Opened(ILogger logger, string backend, string detail) => OpenedMessage(logger, backend, detail, null);

    public static void Closed(ILogger logger, string backend) => ClosedMessage(logger, backend, null);
}
