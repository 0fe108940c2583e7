using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Sessions.Pending;

/// <summary>What the messages of the lane share.</summary>
/// <param name="Store">The queue.</param>
/// <param name="Sessions">What sessions have.</param>
/// <param name="Options">Settings.</param>
/// <param name="Meters">The series.</param>
/// <param name="Logger">The log.</param>
/// <param name="Due">Called when a message has become due for delivery.</param>
internal sealed record PendingServices(ILaneStore Store, SessionServices Sessions, PendingOptions Options, PendingMeters Meters, ILogger Logger, Action Due)
{
    /// <summary>The clock.</summary>
    public TimeProvider Time => Sessions.Time;

    /// <summary>The event log.</summary>
    public IEventLog Events => Sessions.Events;
}
