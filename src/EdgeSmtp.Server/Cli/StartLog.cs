using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Hosting;
using EdgeSmtp.Server.Metrics;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Server.Cli;

/// <summary>What the log says about start and stop.</summary>
internal sealed partial class StartLog(ILogger<StartLog> logger)
{
    /// <summary>Something to know.</summary>
    [LoggerMessage(EventId = 801, Level = LogLevel.Warning, Message = "{Text}")]
    public partial void Warning(string text);

    /// <summary>Asked to stop.</summary>
    [LoggerMessage(EventId = 802, Level = LogLevel.Information, Message = "Stopping: draining sessions.")]
    public partial void Stopping();

    /// <summary>Stopped.</summary>
    [LoggerMessage(EventId = 803, Level = LogLevel.Information, Message = "Stopped; the queue is closed.")]
    public partial void Stopped();

    /// <summary>Everything is bound.</summary>
    /// <param name="configuration">The file; <c>null</c> for the embedded default.</param>
    /// <param name="options">What it holds.</param>
    /// <param name="host">The server.</param>
    public void Started(string? configuration, ServerOptions options, ServerHost host)
    {
        Version(ProcessMetrics.Version, configuration ?? "the embedded default", options.DataDirectory!);
        foreach ((string name, IPEndPoint address) in host.Addresses)
        {
            Listening(name, options.Listeners[name].Protocol, address);
        }

        if (host.HttpAddress is { } http)
        {
            Watching(http);
        }
    }

    [LoggerMessage(EventId = 804, Level = LogLevel.Information, Message = "EdgeSmtp {Version} runs with {Configuration}, data in {DataDirectory}.")]
    private partial void Version(string version, string configuration, string dataDirectory);

    [LoggerMessage(EventId = 805, Level = LogLevel.Information, Message = "Listener {Name} takes {Protocol} on {Address}.")]
    private partial void Listening(string name, SessionProtocol protocol, IPEndPoint address);

    [LoggerMessage(EventId = 806, Level = LogLevel.Information, Message = "Metrics and health on http://{Address}.")]
    private partial void Watching(IPEndPoint address);
}
