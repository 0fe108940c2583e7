using System.Diagnostics;

namespace EdgeSmtp.Core.Tracing;

/// <summary>
/// Names of spans and tags, and how a span is begun below another. Spans are handed on by hand and are not ambient, because a session's driver serves many calls in one flow; only
/// what a filter or a delivery does by itself runs with its span as <see cref="Activity.Current"/>, so that the questions it asks belong to it.
/// </summary>
public static class Spans
{
    /// <summary>From the connection to the greeting.</summary>
    public const string Connect = "connect";

    /// <summary>The look-up of the client's name: PTR, and back by A or AAAA.</summary>
    public const string ClientName = "client-name";

    /// <summary>From MAIL to the reply after the content.</summary>
    public const string Transaction = "transaction";

    /// <summary>One call of a filter; its name follows.</summary>
    public const string Filter = "filter ";

    /// <summary>One question to the resolver.</summary>
    public const string DnsQuestion = "dns";

    /// <summary>From handing a message to the store until it is durable.</summary>
    public const string Commit = "commit";

    /// <summary>One attempt to deliver; the name of the route follows.</summary>
    public const string Deliver = "deliver ";

    /// <summary>Event: a recipient, a transaction or the session was refused.</summary>
    public const string Refused = "refused";

    /// <summary>The span, when what is below it is worth recording; <c>null</c> for one that is not in the sample.</summary>
    /// <param name="span">A span, or nothing.</param>
    public static Activity? IfRecorded(this Activity? span) => span is { IsAllDataRequested: true } ? span : null;

    /// <summary>Begins a span below another, and leaves the ambient one as it is.</summary>
    /// <param name="parent">What it belongs to.</param>
    /// <param name="name">Its name.</param>
    /// <param name="kind">Its kind.</param>
    public static Activity? Below(this Activity parent, string name, ActivityKind kind = ActivityKind.Internal)
    {
        ArgumentNullException.ThrowIfNull(parent);
        Activity? around = Activity.Current;
        Activity? begun = parent.Source.StartActivity(name, kind, parent.Context);
        Activity.Current = around;
        return begun;
    }

    /// <summary>Ends a span, and leaves the ambient one as it is.</summary>
    /// <param name="span">The span.</param>
    public static void End(this Activity span)
    {
        ArgumentNullException.ThrowIfNull(span);
        Activity? around = Activity.Current;
        span.Stop();
        Activity.Current = around;
    }
}
