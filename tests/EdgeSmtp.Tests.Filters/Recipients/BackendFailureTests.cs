using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Recipients;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Toolkit.Recipients;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Recipients;

/// <summary>Backends that are slow, dead or talk nonsense: 451 for whom they are for, and nothing for anybody else.</summary>
public sealed class BackendFailureTests : RecipientsTest
{
    [Fact]
    public async Task Backend_CannotTell_Defers()
    {
        FilterHarness harness = Create(["*:corp"], ("corp", FakeBackend.Failing("LDAP error 52")));
        await harness.MailAsync();
        Verdict verdict = await harness.RcptAsync("joe@example.com");

        Assert.Same(RecipientsFilter.BackendFailed, verdict.Reason);
        Assert.Equal(451, verdict.Reason!.Code);
        Assert.Contains("LDAP error 52", verdict.Detail, StringComparison.Ordinal);
        Assert.Contains("corp", verdict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backend_Throws_Defers()
    {
        FakeBackend backend = new() { Answer = static (_, _) => throw new InvalidOperationException("a bug in a driver") };
        FilterHarness harness = Create(["*:corp"], ("corp", backend));
        Assert.Same(RecipientsFilter.BackendFailed, await AskAsync(harness, "joe@example.com"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Backend_DoesNotAnswerInTime_Defers(bool ignoresDeadline)
    {
        FilterHarness harness = Create(["*:corp"], ("corp", FakeBackend.Hanging(ignoresDeadline)));
        Task<FilterReason?> pending = AskAsync(harness, "joe@example.com");
        Assert.False(pending.IsCompleted);
        harness.Time.Advance(new FakeBackendOptions().Timeout);

        Assert.Same(RecipientsFilter.BackendFailed, await pending);
    }

    [Fact]
    public async Task Client_Leaves_EndsItsWaitAndNotTheLookUp()
    {
        TaskCompletionSource<RecipientAnswer> slow = new();
        FakeBackend backend = new() { Answer = (_, _) => new(slow.Task) };
        FilterHarness harness = Create(["*:corp"], ("corp", backend));
        using CancellationTokenSource gone = new();
        await harness.MailAsync();
        Task<Verdict> pending = harness.RcptAsync("joe@example.com", gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);

        slow.SetResult(RecipientAnswer.Known);

        Assert.Null(await AskAsync(harness, "joe@example.com"));
        Assert.Single(backend.Asked);
    }

    [Fact]
    public async Task Lines_OneCannotTell_ALaterOneMayStillKnow()
    {
        FakeBackend known = FakeBackend.Of("joe@example.com");
        FilterHarness harness = Create(["*:dead", "*:corp"], ("dead", FakeBackend.Failing()), ("corp", known));

        Assert.Null(await AskAsync(harness, "joe@example.com"));
        Assert.Same(RecipientsFilter.BackendFailed, await AskAsync(harness, "jane@example.com"));
    }

    [Fact]
    public async Task Backend_Dead_IsNotAskedAnyMoreAndStallsNobodyElse()
    {
        FakeBackend dead = FakeBackend.Failing();
        FakeBackend alive = FakeBackend.Of("joe@alive.example");
        FilterHarness harness = Create(["dead.example:dead", "alive.example:alive"], ("dead", dead), ("alive", alive));
        LogRecorder log = new();
        harness.Context.Log = log;
        for (int i = 0; i < 20; i++)
        {
            Assert.Same(RecipientsFilter.BackendFailed, await AskAsync(harness, $"user{i}@dead.example"));
            Assert.Null(await AskAsync(harness, "joe@alive.example"));
        }

        Assert.Equal(new FakeBackendOptions().BreakerFailures, dead.Asked.Count);

        dead.Answer = null;
        dead.Known.Add("user1@dead.example");
        harness.Time.Advance(new FakeBackendOptions().BreakerPause);
        Assert.Null(await AskAsync(harness, "user1@dead.example"));
    }

    // One mailbox that is full is no reason to ask about no other.
    [Fact]
    public async Task Backend_CannotTellOfOneAddress_IsStillAskedAboutOthers()
    {
        FakeBackend backend = new()
        {
            Answer = static (address, _) => ValueTask.FromResult(address.StartsWith("full", StringComparison.Ordinal) ? RecipientAnswer.NotNow("452 4.2.2 full") : RecipientAnswer.Known),
        };
        FilterHarness harness = Create(["*:corp"], ("corp", backend));
        for (int i = 0; i < 20; i++)
        {
            await harness.MailAsync();
            Verdict verdict = await harness.RcptAsync("full@example.com");
            Assert.Same(RecipientsFilter.BackendFailed, verdict.Reason);
            Assert.Contains("452 4.2.2 full", verdict.Detail, StringComparison.Ordinal);
        }

        Assert.Equal(20, backend.Asked.Count);
        Assert.Null(await AskAsync(harness, "joe@example.com"));
    }

    [Fact]
    public async Task Backend_Hanging_BoundsWhatWaitsAndAnswersTheRestAtOnce()
    {
        FakeBackend hanging = FakeBackend.Hanging();
        FakeBackend alive = FakeBackend.Of("joe@alive.example");
        RecipientsFilterOptions options = new()
        {
            Lines = ["dead.example:dead", "alive.example:alive"],
            Backends = new Dictionary<string, FilterPart<IRecipientBackend>>
            {
                ["dead"] = hanging.Part(new FakeBackendOptions { ConcurrencyMax = 2, WaitingMax = 3 }),
                ["alive"] = alive.Part(),
            },
        };
        FilterHarness harness = Create(options);
        await harness.MailAsync();
        Task<Verdict>[] pending = [.. Enumerable.Range(0, 10).Select(i => harness.RcptAsync($"user{i}@dead.example").AsTask())];

        Assert.Equal(5, pending.Count(static task => task.IsCompleted));
        Assert.Equal(2, hanging.Asked.Count);
        Assert.Null(await AskAsync(harness, "joe@alive.example"));
        harness.Time.Advance(new FakeBackendOptions().Timeout);
        Assert.All(await Task.WhenAll(pending), static verdict => Assert.Same(RecipientsFilter.BackendFailed, verdict.Reason));
    }

    [Fact]
    public async Task Policy_OfTheDomain_DecidesWhatAFailureBecomes()
    {
        RecipientsFilterOptions options = Options(["*:dead"], ("dead", FakeBackend.Failing())) with
        {
            OnFailureOf = new Dictionary<string, FailureAction>
            {
                ["@exact.example"] = FailureAction.Accept,
                ["open.example"] = FailureAction.Accept,
                ["closed.example"] = FailureAction.Reject,
            },
        };
        FilterHarness harness = Create(options);

        Assert.Same(RecipientsFilter.Unverified, await AskAsync(harness, "joe@exact.example"));
        Assert.Same(RecipientsFilter.BackendFailed, await AskAsync(harness, "joe@sub.exact.example"));
        Assert.Same(RecipientsFilter.Unverified, await AskAsync(harness, "joe@sub.open.example"));
        Assert.Same(RecipientsFilter.BackendFailedClosed, await AskAsync(harness, "joe@closed.example"));
        Assert.Same(RecipientsFilter.BackendFailed, await AskAsync(harness, "joe@other.example"));
        Assert.Same(RecipientsFilter.RelaySyntax, await AskAsync(harness, "joe%x@open.example"));
    }

    [Fact]
    public async Task Policy_OfAll_IsTheDefaultOfTheRest()
    {
        FilterHarness harness = Create(Options(["*:dead"], ("dead", FakeBackend.Failing())) with { OnFailure = FailureAction.Reject });
        Assert.Same(RecipientsFilter.BackendFailedClosed, await AskAsync(harness, "joe@example.com"));
    }

    [Fact]
    public async Task Policy_Accept_IsLoggedOnceAMinute()
    {
        RecipientsFilterOptions options = Options(["*:dead"], ("dead", FakeBackend.Failing())) with { OnFailure = FailureAction.Accept };
        LogRecorder log = new();
        FilterHarness harness = Create(options);
        harness.Context.Log = log;
        for (int i = 0; i < 3; i++)
        {
            await AskAsync(harness, $"user{i}@example.com");
        }

        Assert.Single(log.Lines, static line => line.Contains("unchecked", StringComparison.Ordinal));
        harness.Time.Advance(TimeSpan.FromMinutes(1));
        await AskAsync(harness, "joe@example.com");
        Assert.Equal(2, log.Lines.Count(static line => line.Contains("unchecked", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Cache_PositiveAnswer_SurvivesTheDeathOfItsBackend()
    {
        FakeBackend backend = FakeBackend.Of("joe@example.com");
        FilterHarness harness = Create(["*:corp"], ("corp", backend));
        Assert.Null(await AskAsync(harness, "joe@example.com"));
        backend.Answer = static (_, _) => ValueTask.FromResult(RecipientAnswer.TemporaryFailure("down"));
        harness.Time.Advance(TimeSpan.FromHours(3));

        Assert.Null(await AskAsync(harness, "joe@example.com"));
        Assert.Same(RecipientsFilter.BackendFailed, await AskAsync(harness, "jane@example.com"));
    }

    [Fact]
    public async Task Cache_NegativeAnswer_IsAskedAgainAfterItsTime()
    {
        FakeBackend backend = new();
        FilterHarness harness = Create(["*:corp"], ("corp", backend));
        Assert.Same(RecipientsFilter.Unknown, await AskAsync(harness, "new@example.com"));
        Assert.Same(RecipientsFilter.Unknown, await AskAsync(harness, "new@example.com"));
        Assert.Single(backend.Asked);
        backend.Known.Add("new@example.com");
        harness.Time.Advance(TimeSpan.FromMinutes(3));

        Assert.Null(await AskAsync(harness, "new@example.com"));
    }

    [Fact]
    public async Task Dispose_Filter_DisposesItsBackends()
    {
        FakeBackend backend = new();
        FilterHarness harness = Create(["*:corp", "example.com:corp"], ("corp", backend));
        await ((RecipientsFilter)harness.Filter).DisposeAsync();

        Assert.True(backend.IsDisposed);
    }
}
