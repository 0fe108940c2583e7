using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Sessions.Access;

/// <summary>Looks up the name of one client within its time, whatever the DNS does.</summary>
internal sealed partial class ClientNameLookup(IClientNames names, TimeProvider time, ListenerMetrics metrics, ILogger logger)
{
    /// <summary>Starts it. The task never fails.</summary>
    public async Task<ClientNameAnswer> StartAsync(IPAddress client, TimeSpan timeout)
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
