using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Toolkit.Backends;

namespace EdgeSmtp.Toolkit.Recipients;

/// <summary>Options that every recipient backend has beside its own: how long, how many look-ups at once, and when it counts as dead.</summary>
public abstract record RecipientBackendOptions : BackendOptions
{
    /// <summary>Deadline of one look-up, connecting included. 10 milliseconds to 1 minute; default 5 seconds. What comes later is a temporary failure.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
}
