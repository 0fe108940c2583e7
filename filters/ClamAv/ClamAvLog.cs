using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Filters.ClamAv;

/// <summary>What the filter tells operations.</summary>
internal static class ClamAvLog
{
    private static readonly Action<ILogger, string, string, Exception?> VersionMessage = LoggerMessage.Define<string, string>(
        LogLevel.Information, new EventId(1, nameof(Version)), "clamd {Server} is {Version}");

    private static readonly Action<ILogger, string, Exception?> FailedOpenMessage = LoggerMessage.Define<string>(
        LogLevel.Error, new EventId(2, nameof(FailedOpen)), "Messages are taken unscanned, as configured, because no scanner can say: {Detail}");

    public static void Version(ILogger logger, string server, string version) => VersionMessage(logger, server, version, null);

    public static void FailedOpen(ILogger logger, string detail) => FailedOpenMessage(logger, detail, null);
}
