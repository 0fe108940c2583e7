using System.Diagnostics;
using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Tracing;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Sessions.Access;

/// <summary>Looks up the name of one client within its time, whatever the DNS does.</summary>
internal sealed partial class ClientNameLookup(IClientNames names, TimeProvider time, ListenerMetrics metrics, ILogger logger)
{
    /// <summary>Starts it. The task never fails.</summary>
    /// <param name="client">The client.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="connection">The span of the connection, if it is recorded.</param>
    public Task<ClientNameAnswer> StartAsync(IPAddress client, TimeSpan timeout, Activity? connection) =>
        connection?.Below(Spans.ClientName) is { } span ? TraceAsync(client, timeout, span) : CountAsync(client, timeout);

    /// <summary>Looks up with the span as the ambient one, so that the questions belong to it. It may outlive that of the connection: nobody waits for a name before the trace fields need it.</summary>
    private async Task<ClientNameAnswer> TraceAsync(IPAddress client, TimeSpan timeout, Activity span)
    {
        Activity.Current = span;
        ClientNameAnswer answer = await CountAsync(client, timeout);
        span.SetTag(SpanTags.Result, answer.Status.ToString());
        span.End();
        return answer;
    }

    private async Task<ClientNameAnswer> CountAsync(IPAddress client, TimeSpan timeout)
    {
        ClientNameAnswer answer = await FindAsync(client, timeout);
        (answer.Status switch
        {
            DnsStatus.Found => metrics.NamesFound,
            DnsStatus.TemporaryFailure => metrics.NamesUnknown,
            _ => metrics.NamesNone,
        }).Add();
        return answer;
    }

    private async Task<ClientNameAnswer> FindAsync(IPAddress client, TimeSpan timeout)
    {
        using CancellationTokenSource deadline = new(timeout, time);
        try
        {
            return await names.FindAsync(client, deadline.Token);
        }
        catch (OperationCanceledException)
        {
            return new ClientNameAnswer(DnsStatus.TemporaryFailure, null);
        }
        catch (Exception exception)
        {
            // A session must not end for the name of its client.
            LogFailed(exception);
            return new ClientNameAnswer(DnsStatus.TemporaryFailure, null);
        }
    }

    [LoggerMessage(EventId = 206, Level = LogLevel.Error, Message = "Looking up the name of a client failed.")]
    private partial void LogFailed(Exception exception);
}
