using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

/// <summary>A message filter that asks to be asked again.</summary>
public sealed class PostponeTests : IDisposable
{
    private readonly PipelineHarness _harness = new();
    private readonly Room _room = new();
    private readonly RecipientVerdicts _verdicts = new();

    public PostponeTests() => _harness.Builder.Pending = _room;

    public void Dispose() => _harness.Dispose();

    [Fact]
    public async Task TryPostpone_TwoFilters_TakeRoomOnceAndAreOwedInOrder()
    {
        _harness.Add("first", static context => new Postponer(context)).Add("second", static context => new Postponer(context));
        DeliveryGroup group = Assert.Single(await RunAsync());
        Assert.Equal(["first", "second"], group.Owed);
        Assert.Equal([6L], _room.Taken);
    }

    [Fact]
    public async Task TryPostpone_WithoutRoom_IsAskedOnceAndSaysNo()
    {
        _room.HasRoom = false;
        Postponer? first = null;
        _harness.Add("first", context => first = new Postponer(context)).Add("second", static context => new Postponer(context));
        Assert.Empty(Assert.Single(await RunAsync()).Owed);
        Assert.False(first!.WasGranted);
        Assert.Equal([6L], _room.Asked);
    }

    [Fact]
    public async Task TryPostpone_OfAFilterThatFailsThen_CountsForNothing()
    {
        _harness.Add("late", static context => new Postponer(context) { Then = static () => throw new IOException("died") }, new DriverOptions { OnError = FailurePolicy.Continue });
        Assert.Empty(Assert.Single(await RunAsync()).Owed);
    }

    [Fact]
    public async Task TryPostpone_InShadowOrBeforeTheContent_IsRefused()
    {
        Postponer? shadow = null;
        EarlyPostponer? early = null;
        _harness.Add("shadow", context => shadow = new Postponer(context), new DriverOptions { Shadow = true }).Add("early", context => early = new EarlyPostponer(context));
        Assert.Empty(Assert.Single(await RunAsync()).Owed);
        Assert.False(shadow!.WasGranted);
        Assert.False(early!.WasGranted);
        Assert.Empty(_room.Asked);
    }

    [Fact]
    public async Task Room_OfAMessageThatIsNotCommitted_IsGivenBackAtItsEnd()
    {
        _harness.Add("late", static context => new Postponer(context));
        using TestSession session = new();
        await using FilterPipeline pipeline = _harness.Build();
        await using (FilterRun run = pipeline.Begin(session, RejectAt.Recipient))
        {
            TestTransaction transaction = await MessageAsync(run, session);
            Assert.Empty(_room.Released);
            run.EndTransaction(transaction);
        }

        Assert.Equal([6L], _room.Released);
    }

    [Fact]
    public async Task Seal_OfAMessageThatWaits_ComesWhenItsFiltersHaveSpoken()
    {
        _harness.Add("late", static context => new Postponer(context)).Add("seal", new Sealer());
        DeliveryGroup waiting = Assert.Single(await RunAsync());
        Assert.Equal(6, waiting.Content.Length);

        using TestSession session = new();
        await using FilterPipeline pipeline = _harness.Build();
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        TestTransaction transaction = NewTransaction(session);
        Assert.Empty(await run.ResumeAsync(transaction, ["late"], mayPostpone: false, _verdicts));
        DeliveryGroup spoken = Assert.Single(await run.ComposeAsync(transaction, _verdicts));
        Assert.True(spoken.Content.Length > 6);
        Assert.False(spoken.IsUnchanged);
    }

    [Fact]
    public async Task Resume_RunsTheOwedFiltersAloneAndNamesThoseThatAreNotThere()
    {
        Postponer? late = null;
        Postponer? other = null;
        _harness.Add("late", context => late = new Postponer(context)).Add("other", context => other = new Postponer(context));
        using TestSession session = new();
        await using FilterPipeline pipeline = _harness.Build();
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        TestTransaction transaction = NewTransaction(session);
        Assert.Equal(["gone", "late"], (await run.ResumeAsync(transaction, ["late", "gone"], mayPostpone: true, _verdicts)).Order(StringComparer.Ordinal));
        Assert.Equal((1, 0), (late!.Calls, other!.Calls));
        Assert.Empty(_room.Asked);

        Assert.Equal(["gone"], await run.ResumeAsync(transaction, ["late", "gone"], mayPostpone: false, _verdicts));
        Assert.False(late.WasGranted);
        Assert.True(Assert.Single(await run.ComposeAsync(transaction, _verdicts)).IsUnchanged);
    }

    [Fact]
    public async Task Resume_DoesNotTellFiltersOfTheEndOfASessionThatEndedLongAgo()
    {
        Postponer? late = null;
        _harness.Add("late", context => late = new Postponer(context));
        using TestSession session = new();
        await using FilterPipeline pipeline = _harness.Build();
        await using (FilterRun run = pipeline.Begin(session, RejectAt.Recipient))
        {
            await run.ResumeAsync(NewTransaction(session), ["late"], mayPostpone: true, _verdicts);
        }

        Assert.Equal(0, late!.Ends);
    }

    [Fact]
    public async Task Profiles_OnlyRecipientsWhoseProfileHasTheFilter_Wait()
    {
        _harness.Add(PipelineHarness.Instance("late", static context => new Postponer(context), new DriverOptions()))
            .AddProfile("spared", PipelineHarness.Instance("late", static context => new Postponer(context), new DriverOptions { Enabled = false }));
        using TestSession session = new();
        await using FilterPipeline pipeline = _harness.Build();
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        TestTransaction transaction = NewTransaction(session);
        TestRecipient spared = transaction.AddRecipient("spared@example.com");
        run.SetProfile(spared, "spared");
        await run.MailAsync(transaction);
        await run.MessageAsync(transaction, null, _verdicts);
        IReadOnlyList<DeliveryGroup> groups = await run.ComposeAsync(transaction, _verdicts);
        Assert.Equal(2, groups.Count);
        Assert.Equal("spared", run.ProfileOf(spared));
        Assert.Empty(Assert.Single(groups, group => group.Recipients.Contains(spared)).Owed);
        Assert.Equal(["late"], Assert.Single(groups, group => !group.Recipients.Contains(spared)).Owed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Harness_OfAFilterAlone_SaysWhatTheTestSays(bool hasRoom)
    {
        using TestSession session = new();
        using HarnessContext context = new("late", FakeDns.Empty, _harness.Time, FilterTraits.Default) { HasRoomToWait = hasRoom };
        Postponer filter = new(context);
        await filter.OnMessageAsync(NewTransaction(session), _verdicts, TestContext.Current.CancellationToken);
        Assert.Equal(hasRoom, filter.WasGranted);
        Assert.Equal(hasRoom ? 1 : 0, context.Postponements);
    }

    private static TestTransaction NewTransaction(TestSession session)
    {
        TestTransaction transaction = new(session);
        transaction.AddRecipient("user@example.com");
        transaction.Staged = new TestMessageContent("a\r\n\r\nb"u8.ToArray());
        return transaction;
    }

    private async Task<TestTransaction> MessageAsync(FilterRun run, TestSession session)
    {
        TestTransaction transaction = NewTransaction(session);
        await run.MailAsync(transaction);
        await run.MessageAsync(transaction, null, _verdicts);
        return transaction;
    }

    private async Task<IReadOnlyList<DeliveryGroup>> RunAsync()
    {
        using TestSession session = new();
        await using FilterPipeline pipeline = _harness.Build();
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        return await run.ComposeAsync(await MessageAsync(run, session), _verdicts);
    }

    private sealed class Room : IPendingRoom
    {
        public bool HasRoom { get; set; } = true;

        public List<long> Asked { get; } = [];

        public List<long> Taken { get; } = [];

        public List<long> Released { get; } = [];

        public bool TryTake(long bytes)
        {
            Asked.Add(bytes);
            if (HasRoom)
            {
                Taken.Add(bytes);
            }

            return HasRoom;
        }

        public void Release(long bytes) => Released.Add(bytes);
    }

    private sealed class Postponer(FilterContext context) : IMessageFilter, ISessionEndFilter
    {
        public Action? Then { get; init; }

        public bool? WasGranted { get; private set; }

        public int Calls { get; private set; }

        public int Ends { get; private set; }

        public ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
        {
            Calls++;
            WasGranted = context.TryPostpone(transaction);
            Then?.Invoke();
            return default;
        }

        public ValueTask OnSessionEndAsync(Session session)
        {
            Ends++;
            return default;
        }
    }

    private sealed class EarlyPostponer(FilterContext context) : IMailFilter
    {
        public bool? WasGranted { get; private set; }

        public ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken)
        {
            WasGranted = context.TryPostpone(transaction);
            return Verdict.Continue;
        }
    }

    private sealed class Sealer : ISealFilter
    {
        public ValueTask OnSealAsync(Transaction transaction, SealContext seal, CancellationToken cancellationToken)
        {
            seal.Prepend("X-Seal", "s");
            return default;
        }
    }
}
