using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Filters.Script;

/// <summary>What operations hear of children, and what children write to their standard error: made printable before it gets here, and so many lines a minute.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ScriptLog(ILogger logger, string filter, int linesMax, TimeProvider time)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly Action<ILogger, string, int, string, Exception?> SaidMessage = LoggerMessage.Define<string, int, string>(
        LogLevel.Information, new EventId(1, nameof(Said)), "The program of {Filter}, process {Process}, said: {Text}");

    private static readonly Action<ILogger, int, string, Exception?> LeftOutMessage = LoggerMessage.Define<int, string>(
        LogLevel.Warning, new EventId(2, "LeftOut"), "{Lines} lines of the program of {Filter} were left out in the last minute");

    private static readonly Action<ILogger, string, string, string, TimeSpan, Exception?> EndedMessage = LoggerMessage.Define<string, string, string, TimeSpan>(
        LogLevel.Warning, new EventId(3, nameof(Ended)), "A child of {Filter}, {Program}, is gone: {Why}; the next one starts in {Pause}");

    private static readonly Action<ILogger, string, string, string, Exception?> NotReplacedMessage = LoggerMessage.Define<string, string, string>(
        LogLevel.Error, new EventId(4, nameof(NotReplaced)), "The new version of {Program} of {Filter} does not start, and the old one goes on: {Why}");

    private readonly Lock _lock = new();
    private long _since = time.GetTimestamp();
    private int _lines;

    public void Ended(string program, string why, TimeSpan pause) => EndedMessage(logger, filter, program, why, pause, null);

    public void NotReplaced(string program, string why) => NotReplacedMessage(logger, program, filter, why, null);

    public void Said(int process, string text)
    {
        int leftOut = 0;
        bool isTaken;
        lock (_lock)
        {
            if (time.GetElapsedTime(_since) >= Minute)
            {
                leftOut = Math.Max(0, _lines - linesMax);
                _since = time.GetTimestamp();
                _lines = 0;
            }

            isTaken = _lines++ < linesMax;
        }

        if (leftOut > 0)
        {
            LeftOutMessage(logger, leftOut, filter, null);
        }

        if (isTaken)
        {
            SaidMessage(logger, filter, process, text, null);
        }
    }
}
