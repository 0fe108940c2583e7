using System.Reflection;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Timing;
using EdgeSmtp.Pipeline.Driving;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Pipeline.Building;

/// <summary>Makes filters, or takes over those of the running pipeline whose configuration did not change.</summary>
internal sealed class NodeFactory(IDnsResolver dns, TimeProvider time, IMetrics metrics, ILoggerFactory loggers)
{
    private readonly StateTable _states = new();

    // Weak: pipelines own their filters, and one that was built and then given up shall keep no plug-in loaded.
    private readonly Dictionary<(string Profile, string Name), WeakReference<FilterNode>> _latest = [];
    private readonly List<CallGate> _gates = [];
    private readonly Dictionary<string, FactKey<bool>> _unchecked = new(StringComparer.Ordinal);

    /// <summary>How long the constructor of a filter may take.</summary>
    public TimeSpan StartMax { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What instances made from now on know of their server.</summary>
    public FilterHost Host { get; set; } = FilterHost.Unknown;

    /// <summary>Makes or takes over an instance. The caller holds it.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="profile">Profile of a variant; empty otherwise.</param>
    /// <param name="facts">The facts that the configuration can name.</param>
    /// <param name="errors">Takes what is wrong.</param>
    /// <returns><c>null</c> when something is.</returns>
    public FilterNode? Make(FilterInstance instance, string profile, FactCatalog facts, ICollection<string> errors)
    {
        FactKey[] skips = SkipsOf(instance, facts);
        if (Running(profile, instance.Name) is { } running && IsSame(running, instance, skips) && SameValues.Same(running.Host, Host) && running.TryHold())
        {
            return running;
        }

        InstanceContext context = new(instance, dns, time, metrics, loggers.CreateLogger($"EdgeSmtp.Filters.{instance.Name}"), _states, Host);
        FilterNode? node = Create(instance, context, skips, facts, errors);
        if (node is null)
        {
            return null;
        }

        lock (_gates)
        {
            _gates.Add(node.Gate);
        }

        Check(node, errors);
        return node;
    }

    /// <summary>Adds the filters that hold threads, those of earlier configurations included.</summary>
    public void FindBlocking(ICollection<BlockingFilter> found)
    {
        lock (_gates)
        {
            for (int i = _gates.Count - 1; i >= 0; i--)
            {
                CallGate gate = _gates[i];
                int calls = gate.Measure();
                if (calls > 0)
                {
                    found.Add(new BlockingFilter(gate.Filter, calls));
                }
                else if (gate.IsClosed)
                {
                    _gates.RemoveAt(i);
                }
            }
        }
    }

    /// <summary>Remembers the instances of a pipeline that was built, for the next one.</summary>
    public void Keep(IEnumerable<(string Profile, FilterNode Node)> nodes)
    {
        _latest.Clear();
        foreach ((string profile, FilterNode node) in nodes)
        {
            _latest[(profile, node.Name)] = new WeakReference<FilterNode>(node);
        }
    }

    /// <summary>The <c>NAME.unchecked</c> facts, kept across reloads: an instance that is taken over and one that skips by its fact must mean the same key.</summary>
    public FactKey<bool> UncheckedOf(string instance)
    {
        if (!_unchecked.TryGetValue(instance, out FactKey<bool>? fact))
        {
            _unchecked.Add(instance, fact = FactCatalog.Unchecked(instance));
        }

        return fact;
    }

    private FilterNode? Running(string profile, string name) => _latest.GetValueOrDefault((profile, name))?.TryGetTarget(out FilterNode? running) == true ? running : null;

    /// <summary>
    /// Makes the filter, and reads the reasons that its type declares: both run code of the filter, which may throw, or not end. A reload must not wait for it for ever.
    /// </summary>
    private FilterNode? Create(FilterInstance instance, InstanceContext context, FactKey[] skips, FactCatalog facts, ICollection<string> errors)
    {
        try
        {
            FilterNode? node = ForeignCode.Run(
                $"filter {instance.Name}",
                StartMax,
                () => CreateNode(instance, context, skips, facts),
                late => _ = late?.ReleaseAsync().AsTask());
            if (node is not null)
            {
                return node;
            }

            errors.Add($"{instance.Name}: type {instance.Registration.Type} made no filter");
        }
        catch (Exception error)
        {
            Exception cause = error is TargetInvocationException or TypeInitializationException && error.InnerException is { } inner ? inner : error;
            errors.Add($"{instance.Name}: type {instance.Registration.Type} could not be made: {cause.Message}");
        }

        return null;
    }

    /// <summary>Lets everything go again when there will be no node: here, and not where somebody waits for it, since a filter that is late still uses its state.</summary>
    private FilterNode? CreateNode(FilterInstance instance, InstanceContext context, FactKey[] skips, FactCatalog facts)
    {
        IFilter? filter = null;
        try
        {
            filter = instance.Registration.Create(instance.Options, context);
            if (filter is not null)
            {
                return new FilterNode(instance, filter, context, skips, metrics, time)
                {
                    Unchecked = instance.Traits.Effect == FilterEffect.Annotates ? facts.Find($"{instance.Name}.unchecked") as FactKey<bool> : null,
                };
            }
        }
        catch
        {
            _ = GiveUpAsync(filter, context).AsTask();
            throw;
        }

        _ = GiveUpAsync(filter, context).AsTask();
        return null;
    }

    private static async ValueTask GiveUpAsync(IFilter? filter, InstanceContext context)
    {
        if (filter is not null)
        {
            await Disposal.DisposeAsync(filter, context.Logger, context.Name);
        }

        await context.ReleaseStateAsync();
    }

    private static void Check(FilterNode node, ICollection<string> errors)
    {
        if (!Array.Exists(Stages.All, stage => Stages.TakesPart(node.Filter, stage)))
        {
            errors.Add($"{node.Name}: type {node.Instance.Registration.Type} implements no stage");
        }

        foreach ((string token, string text) in node.Driver.Replies)
        {
            if (!node.Reasons.Has(token))
            {
                errors.Add($"{node.Name}: Replies names the reason '{token}', which type {node.Instance.Registration.Type} does not declare");
            }
            else if (node.Reasons.ClassesOf(token).Any(replyClass => !ReplyTemplate.Parse(text).Fits(replyClass)))
            {
                // RFC 2034 §4: the class of the enhanced code is that of the reply code.
                errors.Add($"{node.Name}: Replies:{token} begins with an enhanced code of another class than the reply, which is {string.Join(" or ", node.Reasons.ClassesOf(token).Distinct())}yz");
            }
        }
    }

    private static bool IsSame(FilterNode running, FilterInstance instance, FactKey[] skips) =>
        ReferenceEquals(running.Instance.Registration, instance.Registration)
        && running.SkipWhen.AsSpan().SequenceEqual(skips)
        && SameValues.Same(running.Driver, instance.Driver)
        && SameValues.Same(running.Instance.Options, instance.Options);

    private static FactKey[] SkipsOf(FilterInstance instance, FactCatalog facts) =>
        instance.Driver.SkipWhen is null
            ? [.. instance.Traits.SkipWhen]
            : [.. instance.Driver.SkipWhen.Select(facts.Find).OfType<FactKey>()];
}
