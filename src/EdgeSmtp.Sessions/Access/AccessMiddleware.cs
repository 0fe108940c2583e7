using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Tracing;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Connections;
using EdgeSmtp.Sessions.Mail;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Sessions.Access;

/// <summary>
/// Follows the access rules, and begins to look up the client's name. Behind the limits, since rules may need the DNS; before TLS, since whoever is denied needs no handshake.
/// The connection keeps the snapshot whose rules decided about it: the profile that a rule names is one of that snapshot's filters.
/// </summary>
internal sealed class AccessMiddleware(ConnectionDelegate next, ListenerOptions listener, SessionServices services, ListenerMetrics metrics)
{
    private readonly Refusal _refusal = new(listener, services);
    private readonly ClientNameLookup? _names = services.ClientNames is { } names
        ? new(names, services.Time, metrics, services.Loggers.CreateLogger<AccessMiddleware>())
        : null;

    /// <summary>Whether a listener has anything for it to do.</summary>
    public static bool IsNeeded(ListenerOptions listener) => listener.Access is not null || listener.LookUpClientName;

    public async Task InvokeAsync(ConnectionContext connection)
    {
        ConnectionOrigin origin = connection.Features.Get<ConnectionOrigin>()!;
        if (origin.IsHealthCheck)
        {
            await next(connection);
            return;
        }

        SessionSnapshot snapshot = Hold();
        origin.Span = ConnectSpan.Begin(services.Tracer);
        try
        {
            if (await RefusalOfAsync(origin, snapshot) is { } refusal)
            {
                await _refusal.SendAsync(connection, refusal);
                return;
            }

            origin.Snapshot = snapshot;
            await next(connection);
        }
        finally
        {
            // A session has ended it with its greeting; there is none where the client was denied or TLS failed.
            origin.Span?.End();
            snapshot.Pipeline.Release();
        }
    }

    private SessionSnapshot Hold()
    {
        while (true)
        {
            SessionSnapshot snapshot = services.Snapshots.Current;
            // Between reading and holding, a reload may have replaced it; the next one is there by then.
            if (snapshot.Pipeline.TryHold())
            {
                return snapshot;
            }
        }
    }

    private async ValueTask<SmtpReply?> RefusalOfAsync(ConnectionOrigin origin, SessionSnapshot snapshot)
    {
        AccessRules? rules = snapshot.Access.Find(listener.Access);
        AccessRule? rule = null;
        bool isFound = rules is null || rules.TryFindUnnamed(origin.Client.Address, out rule);
        if (_names is not null && (listener.LookUpClientName || !isFound))
        {
            origin.NameLookup = _names.StartAsync(origin.Client.Address, snapshot.ClientNames.Timeout, origin.Span.IfRecorded());
        }

        if (!isFound)
        {
            ClientNameAnswer name = origin.NameLookup is { } lookup ? await lookup : default;
            if (name.Status == DnsStatus.TemporaryFailure && snapshot.ClientNames.OnFailure == NameFailureAction.Defer)
            {
                metrics.RefusedClientName.Add();
                return Refuse(origin, SmtpReplies.ClientNameUnknown, "client-name", null);
            }

            rule = rules!.Find(origin.Client.Address, name.Name);
        }

        return Follow(rule, rules is not null, origin);
    }

    private SmtpReply? Follow(AccessRule? rule, bool hasRules, ConnectionOrigin origin)
    {
        if (rule is null)
        {
            (hasRules ? metrics.AccessUnruled : null)?.Add();
            return null;
        }

        if (!rule.Settings.IsDenied)
        {
            (rule.Settings.Refusal is null ? metrics.AccessAllowed : metrics.AccessRefused).Add();
            origin.Rule = rule;
            return null;
        }

        metrics.AccessDenied.Add();
        metrics.RefusedByRule.Add();
        return Refuse(origin, SmtpReplies.AccessDenied, "access-rule", rule.Place);
    }

    /// <summary>The reply and the log have one id, as for every refusal, though there is no session.</summary>
    private SmtpReply Refuse(ConnectionOrigin origin, SmtpReply reply, string reason, string? detail)
    {
        string id = SessionIds.Next(services.Ids);
        if (origin.Span.IfRecorded() is { } span)
        {
            ConnectSpan.Describe(span, id, listener.Name, origin.Client.Address);
            ConnectSpan.Refused(span, reply.Code, reason, filter: null, isWhole: true);
        }

        services.Events.Write(
            services.Events.Begin(EventNames.Refused).Add("session", id).Add("trace", origin.Span.IfRecorded()?.TraceId.ToHexString()).Add("listener", listener.Name).Add("client", origin.Client.Address.ToString())
                .Add("name", origin.NameLookup is { IsCompletedSuccessfully: true } name ? name.Result.Name : null)
                .Add("reply", (long)reply.Code).Add("reason", reason).Add("detail", detail));
        return new SmtpReply(reply.Code, reply.EnhancedCode, $"{reply.Text} [{id}]");
    }
}
