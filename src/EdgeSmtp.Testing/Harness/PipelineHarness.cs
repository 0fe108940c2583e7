using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Dns;
using Microsoft.Extensions.Time.Testing;

namespace EdgeSmtp.Testing.Harness;

/// <summary>Runs filters under the real driver, with a clock, resolver, metrics, event log and log of the test. Add filters in order, then <see cref="Build"/>.</summary>
public sealed class PipelineHarness : IDisposable
{
    private readonly List<PipelineStep> _steps = [];
    private readonly Dictionary<string, IReadOnlyDictionary<string, FilterInstance>> _profiles = new(StringComparer.Ordinal);

    /// <summary>Creates a harness without filters.</summary>
    /// <param name="dns">The resolver; <c>null</c> for one without names.</param>
    public PipelineHarness(FakeDns? dns = null)
    {
        Dns = dns ?? FakeDns.Empty;
        Dns.Time = Time;
        Events = new EventRecorder(Time);
        Builder = new PipelineBuilder(Dns, Time, Metrics, Events, Logs);
    }

    /// <summary>The clock.</summary>
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    /// <summary>The resolver.</summary>
    public FakeDns Dns { get; }

    /// <summary>The metrics; series are in <see cref="FilterMetrics"/>.</summary>
    public MetricRecorder Metrics { get; } = new();

    /// <summary>The event log.</summary>
    public EventRecorder Events { get; }

    /// <summary>The log.</summary>
    public LogRecorder Logs { get; } = new();

    /// <summary>The builder. It outlives pipelines, as in the server.</summary>
    public PipelineBuilder Builder { get; }

    /// <summary>Describes one filter.</summary>
    /// <param name="name">Name of the instance.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="driver">Driver keys; <c>null</c> for the defaults.</param>
    /// <param name="traits">Traits of its type; <c>null</c> for the defaults.</param>
    public static FilterInstance Instance(string name, IFilter filter, DriverOptions? driver = null, FilterTraits? traits = null) =>
        Instance(name, _ => filter, driver, traits);

    /// <summary>Describes one filter that is made with its context.</summary>
    /// <param name="name">Name of the instance.</param>
    /// <param name="create">Makes the filter.</param>
    /// <param name="driver">Driver keys; <c>null</c> for the defaults.</param>
    /// <param name="traits">Traits of its type; <c>null</c> for the defaults.</param>
    public static FilterInstance Instance(string name, Func<FilterContext, IFilter> create, DriverOptions? driver = null, FilterTraits? traits = null) =>
        new(name, Registrations.Single(registry => registry.Add($"Type-{name}", create, traits)), new NoOptions(), driver ?? new DriverOptions());

    /// <summary>Adds a filter.</summary>
    /// <param name="name">Name of the instance.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="driver">Driver keys; <c>null</c> for the defaults.</param>
    /// <param name="traits">Traits of its type; <c>null</c> for the defaults.</param>
    public PipelineHarness Add(string name, IFilter filter, DriverOptions? driver = null, FilterTraits? traits = null) => Add(Instance(name, filter, driver, traits));

    /// <summary>Adds a filter that is made with its context.</summary>
    /// <param name="name">Name of the instance.</param>
    /// <param name="create">Makes the filter.</param>
    /// <param name="driver">Driver keys; <c>null</c> for the defaults.</param>
    /// <param name="traits">Traits of its type; <c>null</c> for the defaults.</param>
    public PipelineHarness Add(string name, Func<FilterContext, IFilter> create, DriverOptions? driver = null, FilterTraits? traits = null) =>
        Add(Instance(name, create, driver, traits));

    /// <summary>Adds a filter.</summary>
    /// <param name="instance">The filter.</param>
    public PipelineHarness Add(FilterInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        _steps.Add(new PipelineStep(instance.Name, [instance]));
        return this;
    }

    /// <summary>Adds a group.</summary>
    /// <param name="name">Name of the group.</param>
    /// <param name="members">Its members, in order.</param>
    public PipelineHarness AddGroup(string name, params IReadOnlyList<FilterInstance> members)
    {
        _steps.Add(new PipelineStep(name, members));
        return this;
    }

    /// <summary>Adds a profile.</summary>
    /// <param name="name">Name of the profile.</param>
    /// <param name="variants">Variants, each with the name and type of a filter in the order.</param>
    public PipelineHarness AddProfile(string name, params IReadOnlyList<FilterInstance> variants)
    {
        _profiles.Add(name, variants.ToDictionary(static variant => variant.Name, StringComparer.Ordinal));
        return this;
    }

    /// <summary>Builds the pipeline.</summary>
    /// <exception cref="InvalidOperationException">The plan has errors; the message has them all.</exception>
    public FilterPipeline Build() => TryBuild(out IReadOnlyList<string> errors) ?? throw new InvalidOperationException(string.Join(Environment.NewLine, errors));

    /// <summary>Builds the pipeline, or gives the errors.</summary>
    /// <param name="errors">All errors.</param>
    public FilterPipeline? TryBuild(out IReadOnlyList<string> errors)
    {
        List<string> found = [];
        errors = found;
        return Builder.Build(_steps, _profiles, found);
    }

    /// <inheritdoc />
    public void Dispose() => Logs.Dispose();
}
