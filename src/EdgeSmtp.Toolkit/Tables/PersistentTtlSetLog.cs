using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Toolkit.Tables;

/// <summary>What a <see cref="PersistentTtlSet{TKey}"/> tells operations.</summary>
internal static class PersistentTtlSetLog
{
    private static readonly Action<ILogger, string, string, Exception?> NotWrittenMessage = LoggerMessage.Define<string, string>(
        LogLevel.Error, new EventId(703, nameof(NotWritten)), "{Path} cannot be written, and will be tried again: {Error}");

    private static readonly Action<ILogger, string, string, Exception?> NotReadMessage = LoggerMessage.Define<string, string>(
        LogLevel.Error, new EventId(704, nameof(NotRead)), "{Path} cannot be read; starting with what was read before: {Error}");

    private static readonly Action<ILogger, string, int, Exception?> SkippedMessage = LoggerMessage.Define<string, int>(
        LogLevel.Warning, new EventId(705, nameof(Skipped)), "{Path}: {Count} lines skipped that do not parse");

    public static void NotWritten(ILogger logger, string path, string error) => NotWrittenMessage(logger, path, error, null);

    public static void NotRead(ILogger logger, string path, string error) => NotReadMessage(logger, path, error, null);

    public static void Skipped(ILogger logger, string path, int count) => SkippedMessage(logger, path, count, null);
}
