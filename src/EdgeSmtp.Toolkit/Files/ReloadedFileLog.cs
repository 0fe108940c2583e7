using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Toolkit.Files;

/// <summary>What a <see cref="ReloadedFile{T}"/> tells operations.</summary>
internal static class ReloadedFileLog
{
    private static readonly Action<ILogger, string, Exception?> ReloadedMessage = LoggerMessage.Define<string>(
        LogLevel.Information, new EventId(701, nameof(Reloaded)), "{Path} has changed and is in use");

    private static readonly Action<ILogger, string, string, Exception?> RefusedMessage = LoggerMessage.Define<string, string>(
        LogLevel.Error, new EventId(702, nameof(Refused)), "{Path} is not taken; what it held before stays in use: {Error}");

    public static void Reloaded(ILogger logger, string path) => ReloadedMessage(logger, path, null);

    public static void Refused(ILogger logger, string path, string error) => RefusedMessage(logger, path, error, null);
}
