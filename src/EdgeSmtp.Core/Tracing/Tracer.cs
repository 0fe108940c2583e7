using System.Diagnostics;

namespace EdgeSmtp.Core.Tracing;

/// <summary>
/// Where traces begin (docs/tracing.md). One for a server; parts that get none, or that run while nobody listens, trace nothing and pay a comparison.
/// What lies below a span is begun from that span, so only what begins a trace needs this.
/// </summary>
public sealed class Tracer : IDisposable
{
    /// <summary>Name by which listeners ask for the spans.</summary>
    public const string SourceName = "EdgeSmtp";

    /// <summary>Whether anybody listens.</summary>
    public bool IsOn => Source.HasListeners();

    /// <summary>What a listener can tell this server's spans by.</summary>
    public ActivitySource Source { get; } = new(SourceName);

    /// <summary>Begins a span.</summary>
    /// <param name="name">Its name; few different ones.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="parent">What it belongs to; the default begins a trace.</param>
    /// <param name="linked">A span of another trace that explains it.</param>
    /// <returns><c>null</c> when it is not wanted: not listened to, or not in the sample.</returns>
    public Activity? Begin(string name, ActivityKind kind, ActivityContext parent = default, ActivityContext linked = default)
    {
        Activity? around = Activity.Current;

        // Without an explicit parent, the runtime would take the ambient one.
        Activity.Current = null;
        ActivityLink[]? links = linked == default ? null : [new ActivityLink(linked)];
        Activity? begun = Source.StartActivity(kind, parent, tags: null, links, name: name);
        Activity.Current = around;
        return begun;
    }

    /// <inheritdoc />
    public void Dispose() => Source.Dispose();
}
