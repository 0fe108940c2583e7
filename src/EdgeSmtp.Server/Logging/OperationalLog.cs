using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace EdgeSmtp.Server.Logging;

/// <summary>Makes the logger of operational messages: standard error, never waiting for a slow reader.</summary>
internal static class OperationalLog
{
    private const int QueueMax = 2048;

    /// <summary>systemd tells in it the device and inode of the stream to the journal.</summary>
    private const string JournalVariable = "JOURNAL_STREAM";

    /// <summary>Makes it.</summary>
    /// <param name="options">Level and form.</param>
    public static ILoggerFactory Create(LogOptions options) => LoggerFactory.Create(logging => Configure(logging, options));

    /// <summary>Sets it up.</summary>
    /// <param name="logging">Takes the provider.</param>
    /// <param name="options">Level and form.</param>
    public static void Configure(ILoggingBuilder logging, LogOptions options)
    {
        logging.SetMinimumLevel(options.Level);

        // Kestrel tells of each connection that was reset; on an edge that is the weather.
        logging.AddFilter("Microsoft.AspNetCore", options.Level > LogLevel.Warning ? options.Level : LogLevel.Warning);
        logging.AddSimpleConsole(format =>
        {
            format.SingleLine = true;
            format.UseUtcTimestamp = true;
            format.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            format.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        logging.AddJsonConsole(format =>
        {
            format.UseUtcTimestamp = true;
            format.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
        });
        logging.AddSystemdConsole();

        // Each of the above also makes its own formatter the one in use, so ours is chosen last.
        logging.AddConsole(console =>
        {
            console.FormatterName = FormatterOf(options.Format);
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            console.MaxQueueLength = QueueMax;
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
    }

    private static string FormatterOf(LogFormat format) => format switch
    {
        LogFormat.Json => ConsoleFormatterNames.Json,
        LogFormat.Systemd => ConsoleFormatterNames.Systemd,
        LogFormat.Auto when GoesToJournal() => ConsoleFormatterNames.Systemd,
        _ => ConsoleFormatterNames.Simple,
    };

    /// <summary>Whether standard error is the journal's: the variable alone is inherited by everything below, also by what writes to a file.</summary>
    private static bool GoesToJournal()
    {
        string? journal = Environment.GetEnvironmentVariable(JournalVariable);
        string? stream = new FileInfo("/proc/self/fd/2").LinkTarget;
        return journal is not null && stream is not null && stream == $"socket:[{journal[(journal.IndexOf(':', StringComparison.Ordinal) + 1)..]}]";
    }
}
