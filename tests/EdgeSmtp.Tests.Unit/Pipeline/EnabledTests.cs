using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

/// <summary>Filters that are switched off, everywhere or for a profile, and pipelines that are held for a session to come.</summary>
public sealed class EnabledTests : DriverTest
{
    private static readonly DriverOptions Off = new() { Enabled = false };
    private static readonly FactKey<bool> Spf = new("spf.result", FactScope.Session);

    [Fact]
    public async Task Filter_SwitchedOff_IsNotEvenMade()
    {
        bool isMade = false;
        Harness.Add("off", _ => Make(ref isMade), Off);
        await using FilterRun run = Begin(RejectAt.Stage);

        Assert.Equal(VerdictKind.Continue, (await run.ConnectAsync()).Kind);
        Assert.False(isMade);
    }

    [Fact]
    public async Task Profile_SwitchesAFilterOffOrOn()
    {
        Harness.Add(Instance("first", VerdictKind.Reject)).Add(Instance("second", VerdictKind.Defer) with { Driver = Off });
        Harness.AddProfile("friend", [Instance("first", VerdictKind.Reject) with { Driver = Off }]);
        Harness.AddProfile("stranger", [Instance("first", VerdictKind.Reject) with { Driver = Off }, Instance("second", VerdictKind.Defer)]);
        FilterPipeline pipeline = Harness.Build();

        Assert.Equal(["first"], pipeline.Filters);
        Assert.Equal(VerdictKind.Reject, await ConnectAsync(pipeline, string.Empty));
        Assert.Equal(VerdictKind.Continue, await ConnectAsync(pipeline, "friend"));
        Assert.Equal(VerdictKind.Defer, await ConnectAsync(pipeline, "stranger"));
    }

    [Fact]
    public async Task Group_WithAMemberSwitchedOff_RunsTheOthers()
    {
        Harness.AddGroup("both", [Instance("first", VerdictKind.Reject) with { Driver = Off }, Instance("second", VerdictKind.Defer)]);
        await using FilterRun run = Begin(RejectAt.Stage);

        Assert.Equal(VerdictKind.Defer, (await run.ConnectAsync()).Kind);
    }

    [Fact]
    public void Fact_OfAFilterThatIsSwitchedOff_IsMissed()
    {
        Harness.Add("spf", new ProbeFilter(), traits: new FilterTraits { Provides = [Spf] }).Add("dmarc", new ProbeFilter(), traits: new FilterTraits { Requires = [Spf] });
        Harness.AddProfile("friend", [PipelineHarness.Instance("spf", new ProbeFilter(), Off, new FilterTraits { Provides = [Spf] }) with { Registration = TypeOf("spf") }]);

        Assert.Null(Harness.TryBuild(out IReadOnlyList<string> errors));
        Assert.Contains(errors, static error => error.StartsWith("Profiles:friend:dmarc: needs the fact 'spf.result'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hold_KeepsAReplacedPipelineForTheSessionThatIsToBegin()
    {
        bool isDisposed = false;
        Harness.Add("probe", new Disposable(() => isDisposed = true));
        FilterPipeline pipeline = Harness.Build();
        Assert.True(pipeline.TryHold());
        Task disposing = pipeline.DisposeAsync().AsTask();

        await using (FilterRun run = pipeline.Begin(Session, RejectAt.Stage))
        {
            Assert.Equal(VerdictKind.Continue, (await run.ConnectAsync()).Kind);
        }

        Assert.False(disposing.IsCompleted);
        pipeline.Release();
        await disposing;
        Assert.True(isDisposed);
        Assert.False(pipeline.TryHold());
    }

    private static ProbeFilter Make(ref bool isMade)
    {
        isMade = true;
        return new ProbeFilter();
    }

    private static async Task<VerdictKind> ConnectAsync(FilterPipeline pipeline, string profile)
    {
        using TestSession session = new();
        await using FilterRun run = pipeline.Begin(session, RejectAt.Stage);
        run.Profile = profile;
        return (await run.ConnectAsync()).Kind;
    }

    private static FilterRegistration TypeOf(string name) => Registrations.Single(registry => registry.Add($"Type-{name}", static _ => new ProbeFilter(), new FilterTraits { Provides = [Spf] }));

    private static FilterInstance Instance(string name, VerdictKind kind) => PipelineHarness.Instance(name, kind == VerdictKind.Reject ? new Refusing() : new Deferring());

    private sealed class Refusing : IConnectFilter
    {
        public static readonly FilterReason Refused = new(VerdictKind.Reject, "refused", 550, "5.7.1", "no");

        public ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken) => Verdict.From(Refused);
    }

    private sealed class Deferring : IConnectFilter
    {
        public static readonly FilterReason Deferred = new(VerdictKind.Defer, "deferred", 450, "4.7.1", "later");

        public ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken) => Verdict.From(Deferred);
    }

    private sealed class Disposable(Action disposed) : IConnectFilter, IDisposable
    {
        public ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken) => Verdict.Continue;

        public void Dispose() => disposed();
    }
}
