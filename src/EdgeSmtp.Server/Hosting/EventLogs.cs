using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Server.Events;

namespace EdgeSmtp.Server.Hosting;

/// <summary>Makes the event log that the configuration asks for.</summary>
internal static class EventLogs
{
    /// <summary>Makes it.</summary>
    /// <param name="options">Where lines go.</param>
    /// <param name="console">Standard output.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">The metrics.</param>
    public static EventLogWriter Create(EventLogOptions options, Func<Stream> console, TimeProvider time, IMetrics metrics)
    {
        List<IEventOutput> outputs = [];
        if (options.Console)
        {
            outputs.Add(new StreamEventOutput(console()));
        }

        if (options.File is { } file)
        {
            outputs.Add(new FileEventOutput(file, options.FileSizeBytesMax, options.FilesMax));
        }

        return new EventLogWriter(outputs, options.QueueMax, time, metrics);
    }
}
