using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

public sealed class BuilderRuleTests : IDisposable
{
    private static readonly FactKey<string> Spf = new("spf.result", FactScope.Transaction);
    private static readonly FilterTraits GivesSpf = new() { Provides = [Spf] };
    private static readonly FilterTraits TakesSpf = new() { Requires = [Spf] };
    private static readonly DriverOptions InShadow = new() { Shadow = true };

    private readonly PipelineHarness _harness = new();

    [Theory]
    [InlineData(FilterEffect.Rewrites, false)]
    [InlineData(FilterEffect.None, true)]
    public void FailOpen_WhatMayNot_IsRefusedForEitherPolicy(FilterEffect effect, bool required)
    {
        DriverOptions open = new() { OnError = FailurePolicy.Continue, OnTimeout = FailurePolicy.Continue };
        _harness.Add("probe", new ProbeFilter(), open, new FilterTraits { Effect = effect, Required = required });
        AssertErrors("probe: OnError may not be Continue", "probe: OnTimeout may not be Continue");
    }

    [Fact]
    public void FailOpen_WhatAnnotates_IsAllowed()
    {
        _harness.Add("probe", new ProbeFilter(), new DriverOptions { OnError = FailurePolicy.Continue }, new FilterTraits { Effect = FilterEffect.Annotates });
        AssertErrors();
    }

    [Fact]
    public void SkipWhen_UnknownFact_IsAnError()
    {
        _harness.Add("probe", new ProbeFilter(), new DriverOptions { SkipWhen = ["trusted", "nobody.knows"] });
        AssertErrors("probe: SkipWhen names the fact 'nobody.knows', which nothing provides");
    }

    [Fact]
    public void SkipWhen_FactOfTheSameGroup_IsAnError()
    {
        _harness.AddGroup("group", [
            PipelineHarness.Instance("a", new ProbeFilter(), traits: GivesSpf),
            PipelineHarness.Instance("b", new ProbeFilter(), new DriverOptions { SkipWhen = ["spf.result"] })]);
        AssertErrors("b: SkipWhen names the fact 'spf.result', which a member of its own group 'group' provides");
    }

    [Fact]
    public void Requires_ProvidedBefore_IsNoError()
    {
        _harness.Add("spf", new ProbeFilter(), traits: GivesSpf).Add("dmarc", new ProbeFilter(), traits: TakesSpf);
        AssertErrors();
    }

    [Fact]
    public void Requires_ProvidedLaterOrNever_IsAnError()
    {
        _harness.Add("dmarc", new ProbeFilter(), traits: TakesSpf).Add("spf", new ProbeFilter(), traits: GivesSpf);
        AssertErrors("dmarc: needs the fact 'spf.result', which no filter before it in FilterOrder provides");
    }

    [Fact]
    public void Requires_ProvidedInTheSameGroup_IsAnError()
    {
        _harness.AddGroup("group", [PipelineHarness.Instance("spf", new ProbeFilter(), traits: GivesSpf), PipelineHarness.Instance("dmarc", new ProbeFilter(), traits: TakesSpf)]);
        AssertErrors("dmarc: needs the fact 'spf.result', which a member of its own group 'group' provides");
    }

    [Fact]
    public void Requires_ProvidedInShadowAlone_IsAnErrorOutsideOfShadow()
    {
        _harness.Add("spf", new ProbeFilter(), InShadow, GivesSpf).Add("dmarc", new ProbeFilter(), traits: TakesSpf).Add("try", new ProbeFilter(), InShadow, TakesSpf);
        AssertErrors("dmarc: needs the fact 'spf.result', which only a filter in shadow provides");
    }

    [Fact]
    public void Group_WithWhatMustRunAlone_IsAnError()
    {
        _harness.AddGroup("group", [PipelineHarness.Instance("a", new ProbeFilter(), traits: new FilterTraits { Groupable = false }), PipelineHarness.Instance("b", new ProbeFilter())]);
        AssertErrors("a: a filter of type Type-a cannot be a member of the group 'group'");
    }

    [Fact]
    public void Names_UsedTwice_AreAnError()
    {
        _harness.Add("a", new ProbeFilter()).Add("a", new ProbeFilter()).AddGroup("a", [PipelineHarness.Instance("b", new ProbeFilter())]);
        AssertErrors("a: the name is used twice");
    }

    [Fact]
    public void Facts_TwoOfOneName_AreAnError()
    {
        _harness.Add("a", new ProbeFilter(), traits: GivesSpf).Add("b", new ProbeFilter(), traits: new FilterTraits { Provides = [new FactKey<int>("spf.result", FactScope.Session)] });
        AssertErrors("b: type Type-b provides another fact named 'spf.result'");
    }

    [Fact]
    public void Facts_RelayAmongWhatIsProvided_IsAnError()
    {
        _harness.Add("a", new ProbeFilter(), traits: new FilterTraits { Provides = [KnownFacts.Relay] });
        AssertErrors("a: type Type-a says it provides 'relay'");
    }

    [Fact]
    public void Replies_UnknownTokenOrUnsendableText_IsAnError()
    {
        Dictionary<string, string> replies = new() { ["nothing"] = "text", ["refused"] = "two\r\nlines" };
        _harness.Add("probe", new ProbeFilter(), new DriverOptions { Replies = replies });
        AssertErrors("probe: Replies:refused must be", "probe: Replies names the reason 'nothing'");
    }

    [Theory]
    [InlineData("00:00:00.009")]
    [InlineData("00:05:00.001")]
    public void Timeout_OutOfRange_IsAnError(string timeout)
    {
        _harness.Add("probe", new ProbeFilter(), new DriverOptions { Timeout = TimeSpan.Parse(timeout, System.Globalization.CultureInfo.InvariantCulture) });
        AssertErrors("probe: Timeout must be between");
    }

    [Fact]
    public void Constructor_ThatThrows_IsAnErrorWithItsName()
    {
        _harness.Add("broken", static _ => throw new FormatException("bad list")).Add("empty", static _ => null!);
        AssertErrors("broken: type Type-broken could not be made: bad list", "empty: type Type-empty made no filter");
    }

    [Fact]
    public async Task Constructor_ThatDoesNotEnd_IsAnError_AndWhatItMakesInTheEndIsDisposed()
    {
        using ManualResetEventSlim go = new();
        DisposedFilter late = new();
        PipelineBuilder builder = new(FakeDns.Empty, TimeProvider.System, new MetricRecorder(), new EventRecorder(TimeProvider.System), _harness.Logs) { StartMax = TimeSpan.FromMilliseconds(500) };
        FilterInstance hanging = PipelineHarness.Instance("hanging", _ =>
        {
            go.Wait();
            return late;
        });
        List<string> errors = [];
        Assert.Null(builder.Build([new PipelineStep("hanging", [hanging])], new Dictionary<string, IReadOnlyDictionary<string, FilterInstance>>(), errors));
        Assert.Equal(["hanging: type Type-hanging could not be made: it did not end within 0.5 s"], errors);
        go.Set();
        await late.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    // Neither the one who waits nor filters with state of their own may wait for it for ever.
    [Fact]
    public async Task StateFactory_ThatDoesNotEnd_IsAnError_HoldsUpNoOther_AndWhatItMakesInTheEndIsDisposed()
    {
        using ManualResetEventSlim go = new();
        DisposedFilter late = new();
        DisposedFilter state = new();
        PipelineBuilder builder = new(FakeDns.Empty, TimeProvider.System, new MetricRecorder(), new EventRecorder(TimeProvider.System), _harness.Logs) { StartMax = TimeSpan.FromMilliseconds(500) };
        FilterInstance hanging = PipelineHarness.Instance("hanging", context =>
        {
            context.State("held", () => state);
            context.State("slow", () =>
            {
                go.Wait();
                return new object();
            });
            return late;
        });
        FilterInstance other = PipelineHarness.Instance("other", static context => context.State("own", static () => new ProbeFilter()));
        List<string> errors = [];
        Assert.Null(builder.Build([new PipelineStep("hanging", [hanging])], new Dictionary<string, IReadOnlyDictionary<string, FilterInstance>>(), errors));
        Assert.Equal(["hanging: type Type-hanging could not be made: it did not end within 0.5 s"], errors);
        Assert.NotNull(builder.Build([new PipelineStep("other", [other])], new Dictionary<string, IReadOnlyDictionary<string, FilterInstance>>(), []));
        Assert.False(state.Disposed.Task.IsCompleted);
        go.Set();
        await late.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await state.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    // An error of the factory is not remembered: its file may be there the next time.
    [Fact]
    public async Task StateFactory_ThatThrows_IsAskedAnew_AndWhatTheFilterHeldIsDisposed()
    {
        DisposedFilter state = new();
        bool isThere = false;
        FilterInstance broken = PipelineHarness.Instance("broken", context =>
        {
            context.State("held", () => state);
            return context.State("file", () => isThere ? new ProbeFilter() : throw new FormatException("no file"));
        });
        List<string> errors = [];
        Assert.Null(_harness.Builder.Build([new PipelineStep("broken", [broken])], new Dictionary<string, IReadOnlyDictionary<string, FilterInstance>>(), errors));
        Assert.Equal(["broken: type Type-broken could not be made: no file"], errors);
        await state.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        isThere = true;
        Assert.NotNull(_harness.Builder.Build([new PipelineStep("broken", [broken])], new Dictionary<string, IReadOnlyDictionary<string, FilterInstance>>(), errors));
    }

    [Fact]
    public void Filter_OfNoStage_IsAnError()
    {
        _harness.Add("idle", new Idle());
        AssertErrors("idle: type Type-idle implements no stage");
    }

    [Fact]
    public void Profiles_ThatFitNothing_AreErrors()
    {
        _harness.Add("probe", new ProbeFilter());
        _harness.AddProfile("strict", [PipelineHarness.Instance("other", new ProbeFilter())]);
        _harness.AddProfile("wrong", [new FilterInstance("probe", Registrations.Single(static registry => registry.Add("Else", static _ => new ProbeFilter())), new NoOptions(), new DriverOptions())]);
        AssertErrors("Profiles:strict:other: there is no filter of that name", "Profiles:wrong:probe: a variant has the name and the type of its filter");
    }

    [Fact]
    public void Errors_AllOfThem_AreToldAtOnceAndNothingStays()
    {
        Disposable made = new();
        _harness.Add("fine", made)
            .Add("dmarc", new ProbeFilter(), traits: TakesSpf)
            .Add("open", new ProbeFilter(), new DriverOptions { OnError = FailurePolicy.Continue }, new FilterTraits { Required = true })
            .Add("broken", static _ => throw new FormatException("bad list"));
        AssertErrors("dmarc: needs", "open: OnError", "broken: type");
        Assert.True(made.IsDisposed);
    }

    [Theory]
    [InlineData("refused", "5.7.25 Go away", true)]
    [InlineData("refused", "4.7.25 Go away", false)]
    [InlineData("later", "4.7.25 Not now", true)]
    [InlineData("gone", "4.7.25 Bye", true)]
    [InlineData("refused", "5.7.25", false)]
    [InlineData("refused", "{client} {sender} {recipient} {id}", true)]
    [InlineData("refused", "{Client}", false)]
    [InlineData("refused", "Open {", false)]
    [InlineData("filter-failed", "Sorry", true)]
    [InlineData("filter-failed", "4.3.0 One of two classes", false)]
    public void Replies_CodeOrPlaceholderThatDoesNotFit_IsAnError(string token, string text, bool isValid)
    {
        _harness.Add("probe", new ProbeFilter(), new DriverOptions { Replies = new Dictionary<string, string> { [token] = text } });
        AssertErrors(isValid ? [] : [$"probe: Replies:{token} "]);
    }

    [Fact]
    public void Bodies_ReplacedByTwoFilters_AreAnError()
    {
        _harness.Add("first", new ProbeFilter(), traits: ChangesFilter.ReplacesBody).Add("second", new ProbeFilter(), traits: ChangesFilter.ReplacesBody);
        AssertErrors("second: replaces the body, which 'first' does already");
    }

    [Fact]
    public void Bodies_ReplacedByOneFilterAndOneInShadow_AreFine()
    {
        _harness.Add("first", new ProbeFilter(), new DriverOptions { Shadow = true }, ChangesFilter.ReplacesBody).Add("second", new ProbeFilter(), traits: ChangesFilter.ReplacesBody);
        AssertErrors();
    }

    [Fact]
    public void Bodies_TwiceInAProfileAlone_AreAnErrorOfTheProfile()
    {
        FilterInstance first = PipelineHarness.Instance("first", new ProbeFilter(), new DriverOptions { Shadow = true }, ChangesFilter.ReplacesBody);
        _harness.Add(first).Add("second", new ProbeFilter(), traits: ChangesFilter.ReplacesBody);
        _harness.AddProfile("live", [first with { Driver = new DriverOptions() }]);
        AssertErrors("Profiles:live:second: replaces the body");
    }

    [Fact]
    public void Bodies_OfATypeThatMayRunInAGroup_AreAnError()
    {
        _harness.Add("body", new ProbeFilter(), traits: new FilterTraits { ReplacesBody = true });
        AssertErrors("body: type Type-body replaces the body; it must");
    }

    public void Dispose() => _harness.Dispose();

    private void AssertErrors(params string[] starts)
    {
        FilterPipeline? pipeline = _harness.TryBuild(out IReadOnlyList<string> errors);
        Assert.True(errors.Count == starts.Length, string.Join(Environment.NewLine, errors));
        Assert.All(starts.Zip(errors), static pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.Equal(starts.Length == 0, pipeline is not null);
    }

    private sealed class Idle : IFilter;

    private sealed class Disposable : IConnectFilter, IDisposable
    {
        public bool IsDisposed { get; private set; }

        public ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken) => Verdict.Continue;

        public void Dispose() => IsDisposed = true;
    }

    private sealed class DisposedFilter : IRcptFilter, IDisposable
    {
        public TaskCompletionSource Disposed { get; } = new();

        public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken) => Verdict.Continue;

        public void Dispose() => Disposed.SetResult();
    }
}
