using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

public sealed class ReloadTests : IDisposable
{
    private readonly PipelineHarness _harness = new();
    private readonly FilterRegistration _type = Registrations.Single(static registry => registry.Add<Options>("Owned", static (options, context) => new Owned(options, context)));
    private readonly TestSession _session = new();

    [Fact]
    public async Task Dispose_WaitsForTheLastSession()
    {
        FilterPipeline pipeline = Build(new Options());
        Owned filter = Owned.Last!;
        FilterRun first = pipeline.Begin(_session, RejectAt.Recipient);
        FilterRun second = pipeline.Begin(_session, RejectAt.Recipient);
        ValueTask disposal = pipeline.DisposeAsync();
        await first.DisposeAsync();
        await first.DisposeAsync();
        Assert.False(disposal.IsCompleted);
        Assert.False(filter.IsDisposed);
        Assert.Equal(1, pipeline.Runs);
        await second.DisposeAsync();
        await disposal;
        Assert.True(filter.IsDisposed);
        Assert.False(pipeline.TryBegin(_session, RejectAt.Recipient, out _));
        Assert.Throws<ObjectDisposedException>(() => pipeline.Begin(_session, RejectAt.Recipient));
    }

    [Fact]
    public async Task Slot_ReplacedUnderSessions_GivesTheNewOneAndKeepsTheOld()
    {
        FilterPipeline first = Build(new Options());
        PipelineSlot slot = new(first);
        FilterRun old = slot.Begin(_session, RejectAt.Recipient);
        Assert.Same(first, slot.Replace(Build(new Options { Names = ["other"] })));
        ValueTask disposal = first.DisposeAsync();
        await using FilterRun next = slot.Begin(_session, RejectAt.Recipient);
        Assert.Equal((1, 1), (first.Runs, slot.Current.Runs));
        await old.DisposeAsync();
        await disposal;
    }

    [Fact]
    public async Task Rebuild_WithEqualOptions_KeepsTheInstance()
    {
        FilterPipeline first = Build(new Options { Names = ["a", "b"] });
        Owned filter = Owned.Last!;
        FilterPipeline second = Build(new Options { Names = ["a", "b"] });
        Assert.Same(filter, Owned.Last);
        await first.DisposeAsync();
        Assert.False(filter.IsDisposed);
        await second.DisposeAsync();
        Assert.True(filter.IsDisposed);
    }

    public static TheoryData<Options, DriverOptions?> Changes => new()
    {
        { new Options { Names = ["a"] }, null },
        { new Options { Names = ["a", "c"] }, null },
        { new Options { Limit = 8 }, null },
        { new Options { Inner = new Inner { Text = "other" } }, null },
        { new Options { Map = new Dictionary<string, int> { ["x"] = 2 } }, null },
        { new Options(), new DriverOptions { Shadow = true } },
        { new Options(), new DriverOptions { Replies = new Dictionary<string, string> { ["filter-failed"] = "Sorry" } } },
        { new Options(), new DriverOptions { SkipWhen = ["trusted"] } },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Rebuild_WithAnyChange_MakesANewInstance(Options changed, DriverOptions? driver)
    {
        Build(new Options());
        Owned filter = Owned.Last!;
        Build(changed, driver);
        Assert.NotSame(filter, Owned.Last);
    }

    public static TheoryData<FilterHost> OtherHosts => new()
    {
        new FilterHost { Hostname = "other.example" },
        new FilterHost { Hostname = "mx.example", OwnNames = ["alias.example"] },
        new FilterHost { Hostname = "mx.example", DataDirectory = "/data" },
        new FilterHost { Hostname = "mx.example", AuthservId = "id.example" },
    };

    [Theory]
    [MemberData(nameof(OtherHosts))]
    public void Rebuild_ForAnotherHost_MakesANewInstance(FilterHost other)
    {
        _harness.Builder.Host = new FilterHost { Hostname = "mx.example" };
        Build(new Options());
        Owned filter = Owned.Last!;
        Assert.Equal("mx.example", filter.Host.Hostname);
        _harness.Builder.Host = new FilterHost { Hostname = "mx.example" };
        Build(new Options());
        Assert.Same(filter, Owned.Last);
        _harness.Builder.Host = other;
        Build(new Options());
        Assert.NotSame(filter, Owned.Last);
        Assert.Same(other, Owned.Last!.Host);
    }

    [Theory]
    [InlineData("/data", "list", "/data/list")]
    [InlineData("/data", "/etc/list", "/etc/list")]
    [InlineData(null, "list", null)]
    [InlineData(null, "/etc/list", "/etc/list")]
    public void PathOf_RelativeFile_IsBelowTheDataDirectory(string? data, string file, string? expected) =>
        Assert.Equal(expected, new FilterHost { DataDirectory = data }.PathOf(file));

    [Fact]
    public async Task State_OutlivesTheReloadAndIsDisposedWithItsLastHolder()
    {
        FilterPipeline first = Build(new Options());
        Cache cache = Owned.Last!.Cache;
        FilterPipeline second = Build(new Options { Limit = 9 });
        Assert.Same(cache, Owned.Last!.Cache);
        await first.DisposeAsync();
        Assert.False(cache.IsDisposed);
        await second.DisposeAsync();
        Assert.True(cache.IsDisposed);
        Build(new Options());
        Assert.NotSame(cache, Owned.Last!.Cache);
    }

    [Fact]
    public void State_OfAnotherInstanceOrType_IsAnother()
    {
        FilterRegistration otherType = Registrations.Single(static registry => registry.Add<Options>("Other", static (options, context) => new Owned(options, context)));
        _harness.Add(new FilterInstance("one", _type, new Options(), new DriverOptions()))
            .Add(new FilterInstance("two", _type, new Options(), new DriverOptions()))
            .Add(new FilterInstance("three", otherType, new Options(), new DriverOptions()));
        Owned.All.Value = [];
        _harness.Build();
        Assert.Equal(3, Owned.All.Value.Select(static filter => filter.Cache).Distinct().Count());
    }

    [Fact]
    public async Task Rebuild_WithErrors_LeavesTheRunningPipelineAlone()
    {
        FilterPipeline running = Build(new Options());
        Owned filter = Owned.Last!;
        List<string> errors = [];
        FilterInstance kept = new("owned", _type, new Options(), new DriverOptions());
        FilterInstance broken = PipelineHarness.Instance("broken", static _ => throw new FormatException("no"));
        Assert.Null(_harness.Builder.Build([new("owned", [kept]), new("broken", [broken])], Profiles.None, errors));
        Assert.Single(errors);
        Assert.False(filter.IsDisposed);
        await using FilterRun run = running.Begin(_session, RejectAt.Recipient);
        Assert.Equal(VerdictKind.Continue, (await run.ConnectAsync()).Kind);
    }

    public void Dispose()
    {
        _harness.Dispose();
        _session.Dispose();
    }

    private FilterPipeline Build(Options options, DriverOptions? driver = null)
    {
        // Constructors run on a thread of their own, which gets what is here and gives nothing back.
        Owned.All.Value ??= [];
        List<string> errors = [];
        FilterInstance instance = new("owned", _type, options, driver ?? new DriverOptions());
        FilterPipeline? pipeline = _harness.Builder.Build([new PipelineStep("owned", [instance])], Profiles.None, errors);
        Assert.Empty(errors);
        return pipeline!;
    }

    private static class Profiles
    {
        public static Dictionary<string, IReadOnlyDictionary<string, FilterInstance>> None { get; } = [];
    }

    public sealed class Options
    {
        public IReadOnlyList<string> Names { get; init; } = [];

        public int Limit { get; init; } = 7;

        public Inner Inner { get; init; } = new();

        public IReadOnlyDictionary<string, int> Map { get; init; } = new Dictionary<string, int> { ["x"] = 1 };
    }

    public sealed class Inner
    {
        public string Text { get; init; } = "text";
    }

    private sealed class Cache : IAsyncDisposable
    {
        public bool IsDisposed { get; private set; }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return default;
        }
    }

    private sealed class Owned : IConnectFilter, IDisposable
    {
        public static readonly AsyncLocal<List<Owned>> All = new();

        public Owned(Options options, FilterContext context)
        {
            _ = options;
            Host = context.Host;
            Cache = context.State("cache", static () => new Cache());
            Assert.Same(Cache, context.State("cache", static () => new Cache()));
            All.Value!.Add(this);
        }

        public static Owned? Last => All.Value?.LastOrDefault();

        public FilterHost Host { get; }

        public Cache Cache { get; }

        public bool IsDisposed { get; private set; }

        public ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken) => Verdict.Continue;

        public void Dispose() => IsDisposed = true;
    }
}
