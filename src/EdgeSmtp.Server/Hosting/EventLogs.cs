using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Server.Capture;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Events;
using EdgeSmtp.Server.Explain;
using EdgeSmtp.Server.Logging;

namespace EdgeSmtp.Server.Hosting;

/// <summary>Makes the event log that the configuration asks for.</summary>
internal static class EventLogs
{
    /// <summary>Makes it.</summary>
    /// <param name="log">Where lines go.</param>
    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="console">Standard output.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">The metrics.</param>
    public static EventLogWriter Create(LogOptions log, string dataDirectory, Func<Stream> console, TimeProvider time, IMetrics metrics)
    {
        EventLogOptions options = log.Events;
        List<IEventOutput> outputs = [];
        if (options.Console)
        {
            outputs.Add(new StreamEventOutput(console()));
        }

        if (options.File is { } file)
        {
            outputs.Add(new FileEventOutput(file, options.FileSizeBytesMax, options.FilesMax));
        }

        if (options.Multilog.Directory is { } folder)
        {
            outputs.Add(new MultilogOutput(folder, options.Multilog, time));
        }

        ExplainOptions explain = log.Explain;
        return new EventLogWriter(outputs, options.QueueMax, time, metrics)
        {
            Explained = explain.Enabled
                ? new ExplainLogWriter(new LineFiles(ConfigurationPaths.ExplainOf(dataDirectory), explain.SizeBytesMax, explain.AgeMax, time), explain.QueueMax, metrics)
                : null,
            Captured = new CaptureRecorder(ConfigurationPaths.CaptureOf(dataDirectory), time, metrics),
        };
    }
}
