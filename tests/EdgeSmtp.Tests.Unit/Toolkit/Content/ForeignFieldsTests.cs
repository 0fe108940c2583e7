using EdgeSmtp.Abstractions;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using EdgeSmtp.Toolkit.Content;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit.Content;

public sealed class ForeignFieldsTests
{
    private const string Trace = "X-Spam-Ours: 1\r\n";

    [Theory]
    [InlineData("x-spam-a: 1\n\n", true)]
    [InlineData("Subject: x\nX-SPAM-: 1\n\n", true)]
    [InlineData("X-Spam-A : 1\n\n", true)]
    [InlineData("X-Spam: 1\nOther: X-Spam-A: 1\n\n", false)]
    [InlineData("Subject: x\n X-Spam-A: folded\n\nX-Spam-A: body\n", false)]
    [InlineData("\nX-Spam-A: body\n", false)]
    public void Fields_BelowOurTraceFields_AreFound(string message, bool expected)
    {
        using TestMessageContent content = new(Trace + message, Trace.Length);
        Assert.Equal(expected, new ForeignFields("X-Spam-").AreIn(content));
        Assert.Equal(expected ? [new RecordedChange("RemoveForeign", "X-Spam-", 0, null, null)] : [], Removed(content));
    }

    [Fact]
    public void Message_WithoutThem_CostsNothing()
    {
        using TestMessageContent content = new("Subject: x\nTo: y\nX-Other: z\n\nText.\n");
        ForeignFields fields = new("X-Spam-");
        Assert.False(fields.AreIn(content));
        long before = GC.GetAllocatedBytesForCurrentThread();
        fields.AreIn(content);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static IReadOnlyList<RecordedChange> Removed(TestMessageContent content)
    {
        using HarnessContext context = new("test", FakeDns.Empty, TimeProvider.System, new FilterTraits { Effect = FilterEffect.Rewrites });
        using TestSession session = new();
        new ForeignFields("X-Spam-").Remove(new TestTransaction(session) { Staged = content }, context);
        return context.ChangeLog;
    }
}
