using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

public sealed class ProfileTests : DriverTest
{
    private readonly FilterRegistration _content = Registrations.Single(static registry => registry.Add<Level>("Content", static (level, context) => new ContentFilter(level, context), ChangesFilter.Rewrites));
    private readonly FilterRegistration _greeting = Registrations.Single(static registry => registry.Add<Level>("Greeting", static (level, _) => new GreetingFilter(level)));

    public ProfileTests()
    {
        Harness.Add(Instance("greeting", _greeting, refuses: true)).Add(Instance("content", _content, refuses: false));
        Harness.AddProfile("friend", [Instance("greeting", _greeting, refuses: false)]);
        Harness.AddProfile("strict", [Instance("content", _content, refuses: true)]);
    }

    [Fact]
    public async Task Session_InAProfile_RunsItsVariants()
    {
        await using FilterRun run = Begin(RejectAt.Stage);
        run.Profile = "friend";
        Assert.Equal("friend", run.Profile);
        Assert.Equal(VerdictKind.Continue, (await run.ConnectAsync()).Kind);
        await using FilterRun other = Begin(RejectAt.Stage);
        Assert.Equal(VerdictKind.Reject, (await other.ConnectAsync()).Kind);
    }

    [Fact]
    public async Task Recipients_InOtherProfiles_AreJudgedByTheirOwnVariants()
    {
        await using FilterRun run = Begin();
        AddRecipients(run);
        RecipientVerdicts verdicts = await Message(run);
        Assert.Equal([VerdictKind.Continue, VerdictKind.Reject, VerdictKind.Continue], Enumerable.Range(0, 3).Select(i => verdicts[i].Kind));
        Assert.Equal("content", run.DeciderOf(1));
    }

    // The filters of the content speak for their recipients alone, also with what they change.
    [Fact]
    public async Task Recipients_InOtherProfiles_GetTheChangesOfTheirOwnVariants()
    {
        await using FilterRun run = Begin();
        AddRecipients(run);
        RecipientVerdicts verdicts = await Message(run);
        verdicts.Reset(3);
        IReadOnlyList<DeliveryGroup> groups = await run.ComposeAsync(Transaction, verdicts);
        Assert.Equal(["X-Strict: False\r\n" + Content, "X-Strict: True\r\n" + Content, "X-Strict: False\r\n" + Content], groups.Select(Text));
    }

    [Fact]
    public async Task CanShare_LooksAtWhatCanRefuseAfterTheContentAlone()
    {
        FilterPipeline pipeline = Harness.Build();
        Assert.Equal([string.Empty, "friend", "strict"], pipeline.Profiles.Order());
        Assert.True(pipeline.CanShare(string.Empty, "friend"));
        Assert.False(pipeline.CanShare(string.Empty, "strict"));
        Assert.Throws<ArgumentException>(() => pipeline.CanShare(string.Empty, "unknown"));
        await using FilterRun run = pipeline.Begin(Session, RejectAt.Recipient);
        AddRecipients(run);
        Assert.False(run.CanShare(Transaction.Recipients[0], Transaction.Recipients[1]));
        Assert.True(run.CanShare(Transaction.Recipients[0], Transaction.Recipients[2]));
    }

    private static FilterInstance Instance(string name, FilterRegistration type, bool refuses) => new(name, type, new Level { Refuses = refuses }, new DriverOptions());

    /// <summary>One recipient in the profile of the session, one in <c>strict</c>, one in <c>friend</c>.</summary>
    private void AddRecipients(FilterRun run)
    {
        Transaction.AddRecipient("a@example.com");
        TestRecipient strict = Transaction.Ask("b@example.com");
        run.SetProfile(strict, "strict");
        Transaction.Accept(strict);
        TestRecipient friend = Transaction.Ask("c@example.com");
        run.SetProfile(friend, "friend");
        Transaction.Accept(friend);
    }

    public sealed class Level
    {
        public bool Refuses { get; init; }
    }

    private sealed class GreetingFilter(Level level) : IConnectFilter
    {
        public static readonly FilterReason Refused = ProbeFilter.Refused;

        public ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken) => ProbeFilter.Say(level.Refuses ? Refused : null);
    }

    private sealed class ContentFilter(Level level, FilterContext context) : IMessageFilter
    {
        public static readonly FilterReason Refused = ProbeFilter.Refused;

        public ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
        {
            context.Changes(transaction).InsertHeader("X-Strict", level.Refuses.ToString());
            if (level.Refuses)
            {
                verdicts.SetAll(Verdict.From(Refused));
            }

            return default;
        }
    }
}
