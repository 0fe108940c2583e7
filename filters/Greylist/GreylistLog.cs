using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Filters.Greylist;

/// <summary>Tells operations what is wrong with the store: loudly, but the same once a minute.</summary>
internal sealed class GreylistLog(ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private static readonly Action<ILogger, string, string, Exception?> NotWrittenMessage = LoggerMessage.Define<string, string>(
        LogLevel.Error,
        new EventId(1, nameof(NotWritten)),
        "{Path} cannot be written and will be tried again; greylisting goes on in memory, and a restart would delay its clients again: {Error}");

    private static readonly Action<ILogger, string, string, Exception?> NotReadMessage = LoggerMessage.Define<string, string>(
        LogLevel.Error, new EventId(2, nameof(NotRead)), "{Path} cannot be read; greylisting starts with what was read before: {Error}");

    private static readonly Action<ILogger, string, long, Exception?> DamagedMessage = LoggerMessage.Define<string, long>(
        LogLevel.Warning, new EventId(3, nameof(Damaged)), "{Path}: {Count} records skipped that are torn or damaged");

    private static readonly Action<ILogger, string, string, Exception?> SetAsideMessage = LoggerMessage.Define<string, string>(
        LogLevel.Error, new EventId(4, nameof(SetAside)), "{Path} holds no record of greylisting; it was renamed to {Aside}, and greylisting starts anew");

    private static readonly Action<ILogger, int, Exception?> CrowdedMessage = LoggerMessage.Define<int>(
        LogLevel.Warning, new EventId(5, nameof(Crowded)), "{Count} triples wait, as many as PendingMax: each new one pushes out the one least recently seen, which then waits anew");

    private static readonly Action<ILogger, string, Exception?> WrittenAgainMessage = LoggerMessage.Define<string>(
        LogLevel.Information, new EventId(6, nameof(WrittenAgain)), "{Path} is written again");

    private readonly Lock _lock = new();
    private DateTimeOffset _crowdedSilentUntil;
    private DateTimeOffset _failedSilentUntil;

    public void NotWritten(string path, string error)
    {
        if (IsTime(ref _failedSilentUntil))
        {
            NotWrittenMessage(logger, path, error, null);
        }
    }

    public void NotRead(string path, string error) => NotReadMessage(logger, path, error, null);

    public void Damaged(string path, long count) => DamagedMessage(logger, path, count, null);

    public void SetAside(string path, string aside) => SetAsideMessage(logger, path, aside, null);

    public void Crowded(int count)
    {
        if (IsTime(ref _crowdedSilentUntil))
        {
            CrowdedMessage(logger, count, null);
        }
    }

    public void WrittenAgain(string path) => WrittenAgainMessage(logger, path, null);

    private bool IsTime(ref DateTimeOffset silentUntil)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (_lock)
        {
            if (now < silentUntil)
            {
                return false;
            }

            silentUntil = now + Silence;
            return true;
        }
    }
}
