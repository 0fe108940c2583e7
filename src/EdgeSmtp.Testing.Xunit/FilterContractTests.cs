using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using Xunit;

#pragma warning disable CA1707 // Inherited tests are named Subject_Condition_Outcome like all others.

namespace EdgeSmtp.Testing.Xunit;

/// <summary>
/// What every filter must keep to. Derive one class for each filter and say how it is registered; the tests come with it. Where a filter needs another session or
/// other options to be tested with, override <see cref="CreateOptions"/>, <see cref="CreateDns"/> and <see cref="ArrangePass"/>.
/// </summary>
/// <typeparam name="TFilter">The filter.</typeparam>
public abstract class FilterContractTests<TFilter>
    where TFilter : class, IFilter
{
    private const string Message = "Received: from a by b; Fri, 2 Jan 2026 03:04:05 +0000\r\nSubject: test\r\n\r\nA short text.\r\n.\r\nWith a line of a dot.\r\n";

    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(10);

    /// <summary>Stages that allocate nothing while the filter has no opinion. Default all; a stage that starts a look-up is taken out.</summary>
    protected virtual ContractStages AllocationFree => ContractStages.All;

    /// <summary>Registers the filter, as its extension method does.</summary>
    /// <param name="registry">The registry.</param>
    protected abstract void Register(FilterRegistry registry);

    /// <summary>Valid options. Default: the options type with its defaults.</summary>
    protected virtual object CreateOptions() => Activator.CreateInstance(Registrations.Single(Register).OptionsType)!;

    /// <summary>A resolver under which the filter has no opinion. Default: no name exists.</summary>
    protected virtual FakeDns CreateDns() => FakeDns.Empty;

    /// <summary>Sets the session so that the filter has no opinion. Default: nothing to be set.</summary>
    /// <param name="harness">The harness.</param>
    protected virtual void ArrangePass(FilterHarness harness)
    {
    }

    /// <summary>The registration makes this filter.</summary>
    [Fact]
    public void Registration_WithValidOptions_MakesTheFilter()
    {
        using FilterHarness harness = CreateHarness();
        Assert.IsType<TFilter>(harness.Filter);
    }

    /// <summary>The pass path passes.</summary>
    [Fact]
    public async Task PassPath_WholeSession_HasNoOpinion()
    {
        using FilterHarness harness = CreateHarness();
        AssertSame(Verdict.Continue, await harness.RunAsync(Message));
    }

    /// <summary>A filter keeps nothing of one session in itself.</summary>
    [Fact]
    public async Task Sessions_OneAfterTheOther_GetTheSameVerdict()
    {
        using FilterHarness harness = CreateHarness();
        Verdict first = await harness.RunAsync(Message);
        harness.NextSession();
        ArrangePass(harness);
        AssertSame(first, await harness.RunAsync(Message));
    }

    /// <summary>A filter keeps nothing of one session in itself, whatever comes between its stages.</summary>
    [Fact]
    public async Task Sessions_Interleaved_GetTheSameVerdict()
    {
        using FilterHarness harness = CreateHarness();
        Verdict alone = await harness.RunAsync(Message);
        List<Verdict> interleaved = await ContractRuns.InterleaveAsync(harness, ArrangePass, Message);
        Assert.All(interleaved, verdict => AssertSame(alone, verdict));
    }

    /// <summary>The size of chunks does not matter, and nothing of a chunk is kept: the harness overwrites each as soon as the sink has returned.</summary>
    /// <param name="chunkBytes">Size of a chunk.</param>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public async Task Body_InChunksThatAreTakenBack_GetsTheSameVerdict(int chunkBytes)
    {
        byte[] content = Encoding.ASCII.GetBytes(Message);
        using FilterHarness whole = CreateHarness();
        whole.TakesChunksBack = false;
        RecipientVerdicts expected = await whole.BodyAsync(content);
        using FilterHarness cut = CreateHarness();
        cut.ChunkBytes = chunkBytes;
        RecipientVerdicts actual = await cut.BodyAsync(content);
        AssertSame(expected[0], actual[0]);
        AssertSame((await whole.MessageAsync(content))[0], (await cut.MessageAsync(content))[0]);
    }

    /// <summary>A filter that waits ends when its token fires: by a verdict or by <see cref="OperationCanceledException"/>.</summary>
    [Fact]
    public async Task Stages_Cancelled_End()
    {
        using FilterHarness harness = CreateHarness(CreateDns().DelayAll(TimeSpan.FromHours(1)));
        foreach (Func<CancellationToken, Task> stage in ContractRuns.Stages(harness, Message))
        {
            using CancellationTokenSource source = new();
            Task pending = stage(source.Token);
            await source.CancelAsync();
            // A real wait, because the thing to be shown is that it ends at all.
            Exception? error = await Record.ExceptionAsync(() => pending.WaitAsync(Guard));
            Assert.True(error is null or OperationCanceledException, $"The filter answered its cancellation with {error}.");
        }

        harness.Session.Abort();
        await harness.EndAsync().AsTask().WaitAsync(Guard);
    }

    /// <summary>When the resolver knows nothing now, a filter may defer, and may not refuse for good.</summary>
    [Fact]
    public async Task Dns_FailingTemporarily_IsNoReasonToReject()
    {
        using FilterHarness harness = CreateHarness(FakeDns.AllTemporaryFailure);
        Verdict verdict = await harness.RunAsync(Message);
        Assert.True(verdict.Kind < VerdictKind.Reject, $"A DNS that cannot be asked led to {verdict}.");
    }

    /// <summary>Stages that a client meets on every message allocate nothing as long as the filter has no opinion.</summary>
    [Fact]
    public void PassPath_OfDeclaredStages_AllocatesNothing()
    {
        using FilterHarness harness = CreateHarness();
        IReadOnlyDictionary<ContractStages, long> allocated = AllocationProbe.Measure(harness, AllocationFree, Encoding.ASCII.GetBytes(Message));
        Assert.All(allocated, entry => Assert.True(entry.Value == 0, $"{entry.Key} allocates {entry.Value} bytes."));
    }

    /// <summary>Reasons are declared once each, and their texts can be sent.</summary>
    [Fact]
    public void Reasons_Declared_AreConsistent()
    {
        IReadOnlyList<FilterReason> reasons = FilterReasons.Of(typeof(TFilter));
        Assert.Equal(reasons.Count, reasons.Select(static reason => (reason.Kind, reason.Token)).Distinct().Count());
        foreach (FilterReason reason in reasons.Where(static reason => reason.Kind >= VerdictKind.Defer))
        {
            Assert.Matches("^[245]\\.[0-9]{1,3}\\.[0-9]{1,3}$", reason.EnhancedCode);
            Assert.Matches("^[ -~]{1,400}$", reason.Text);
        }
    }

    /// <summary>Valid options pass, and every number and time span has limits that are kept.</summary>
    [Fact]
    public void Options_OutOfRange_AreRefused() => OptionProbe.Check(CreateOptions);

    /// <summary>In a group the filter says the same, wherever it stands.</summary>
    [Fact]
    public async Task Group_InEitherOrder_GivesTheSameVerdict()
    {
        FilterRegistration registration = Registrations.Single(Register);
        if (!registration.Traits.Groupable)
        {
            return;
        }

        AssertSame(await RunInGroupAsync(registration, isFirst: true), await RunInGroupAsync(registration, isFirst: false));
    }

    private static void AssertSame(Verdict expected, Verdict actual) => Assert.Equal(expected.ToString(), actual.ToString());

    private async Task<Verdict> RunInGroupAsync(FilterRegistration registration, bool isFirst)
    {
        using PipelineHarness harness = new(CreateDns());
        DriverOptions driver = new() { SkipWhen = [] };
        FilterInstance own = new("own", registration, CreateOptions(), driver);
        FilterInstance other = PipelineHarness.Instance("other", static context => new Bystander(context));
        harness.AddGroup("group", isFirst ? [own, other] : [other, own]);
        await using FilterPipeline pipeline = harness.Build();
        using FilterHarness arranged = CreateHarness();
        return await ContractRuns.RunAsync(pipeline, arranged.Session);
    }

    private FilterHarness CreateHarness(FakeDns? dns = null)
    {
        FilterHarness harness = FilterHarness.Of(Register, CreateOptions(), dns ?? CreateDns());
        ArrangePass(harness);
        return harness;
    }
}
