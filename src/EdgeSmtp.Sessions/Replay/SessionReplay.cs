using EdgeSmtp.Core.Capture;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Sessions.Access;
using EdgeSmtp.Sessions.Connections;
using EdgeSmtp.Sessions.Mail;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Sessions.Replay;

/// <summary>
/// Puts a recorded session to the access rules, the relay control, the recipient sources and the filters of a configuration, without a connection, pauses, replies and a queue. What
/// they say goes to the event log, and to <see cref="IEventLog.Capture"/> in the form in which it was recorded.
/// </summary>
/// <param name="listener">The listener.</param>
/// <param name="snapshot">The configuration.</param>
/// <param name="staging">Where content lies meanwhile.</param>
/// <param name="time">The clock that filters see.</param>
/// <param name="events">Takes what they say.</param>
/// <param name="logger">For operations.</param>
public sealed class SessionReplay(ListenerOptions listener, SessionSnapshot snapshot, IStagingArea staging, TimeProvider time, IEventLog events, ILogger logger)
{
    private static readonly HashSet<string> Reasons = new(StringComparer.Ordinal)
    {
        RecipientReasons.Of(RecipientOutcome.RelayDenied),
        RecipientReasons.Of(RecipientOutcome.Unknown),
        RecipientReasons.Of(RecipientOutcome.TemporaryFailure),
        RecipientReasons.Of(RecipientOutcome.AccessRule),
    };

    /// <summary>Whether a refusal that no filter decided is one that a replay finds too. Others follow from the dialogue, such as a limit.</summary>
    /// <param name="reason">Token of the reason.</param>
    public static bool Finds(string reason) => Reasons.Contains(reason);

    /// <summary>Runs one session.</summary>
    /// <param name="recorded">The session.</param>
    /// <param name="asOf">Told of each step before it is taken, so that the clock can follow.</param>
    public async Task<ReplayResult> RunAsync(CapturedSession recorded, Action<DateTimeOffset> asOf)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        ArgumentNullException.ThrowIfNull(asOf);
        asOf(recorded.Started);
        ConnectionOrigin origin = OriginOf(recorded);
        InboundSession client = new(recorded.Id, listener, origin, recorded.Started, RelayRight.Of(listener, snapshot, origin), snapshot.Domains);
        await using FilterRun filters = snapshot.Pipeline.Begin(client, listener.RejectAt);
        filters.Profile = origin.Access.Profile;
        ReplayedSession replayed = new(new OpenedSession(snapshot, client, filters, null), staging, time, events, logger);
        bool goesOn = await replayed.BeginAsync();
        for (int i = 0; goesOn && i < recorded.Steps.Count; i++)
        {
            asOf(recorded.Steps[i].At);
            goesOn = await replayed.StepAsync(recorded.Steps[i]);
        }

        client.Abort();
        return replayed.Result;
    }

    private ConnectionOrigin OriginOf(CapturedSession recorded)
    {
        AccessRules? rules = snapshot.Access.Find(listener.Access);
        return new ConnectionOrigin(recorded.Client, recorded.Local)
        {
            Snapshot = snapshot,
            Tls = recorded.Tls,
            NameLookup = recorded.ClientName is { } name ? Task.FromResult(name) : null,
            Rule = rules?.Find(recorded.Client.Address, recorded.ClientName?.Name),
        };
    }
}
