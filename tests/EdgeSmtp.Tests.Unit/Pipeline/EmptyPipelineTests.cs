using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

public sealed class EmptyPipelineTests
{
    [Fact]
    public async Task Empty_WholeSession_ContinuesAndGivesOneGroupWithTheStagedBytes()
    {
        using TestSession session = new();
        TestTransaction transaction = new(session);
        await using FilterRun run = FilterPipeline.Empty.Begin(session, RejectAt.Recipient);
        Assert.Equal(VerdictKind.Continue, (await run.ConnectAsync()).Kind);
        Assert.Equal(VerdictKind.Continue, (await run.HelloAsync()).Kind);
        Assert.Equal(VerdictKind.Continue, (await run.MailAsync(transaction)).Kind);
        Assert.Equal(VerdictKind.Continue, (await run.RcptAsync(transaction, transaction.Ask("a@example.com"))).Kind);
        transaction.AddRecipient("a@example.com");
        transaction.AddRecipient("b@example.com");
        Assert.Null(run.OpenBody(transaction));
        using TestMessageContent content = new("Subject: x\n\ntext\n");
        transaction.Staged = content;
        RecipientVerdicts verdicts = new();
        await run.MessageAsync(transaction, null, verdicts);
        DeliveryGroup group = Assert.Single(await run.ComposeAsync(transaction, verdicts));
        Assert.Equal(2, group.Recipients.Count);
        Assert.Equal(content.Bytes, group.Content);
        Assert.False(group.Quarantined);
        run.EndTransaction(transaction);
    }

    [Fact]
    public async Task Empty_Disposed_StillBeginsSessions()
    {
        await FilterPipeline.Empty.DisposeAsync();
        using TestSession session = new();
        await using FilterRun run = FilterPipeline.Empty.Begin(session, RejectAt.Stage);
        Assert.Equal(VerdictKind.Continue, (await run.ConnectAsync()).Kind);
    }

    [Fact]
    public void Empty_UnknownProfile_Throws()
    {
        using TestSession session = new();
        FilterRun run = FilterPipeline.Empty.Begin(session, RejectAt.Stage);
        Assert.Throws<ArgumentException>(() => run.Profile = "strict");
        Assert.Equal(string.Empty, run.Profile);
    }
}
