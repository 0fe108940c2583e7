using EdgeSmtp.Abstractions;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using EdgeSmtp.Toolkit.Content;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit.Content;

public sealed class ForeignFieldsTests
{
    [Fact]
    public void Fields_BelowOurTraceFields_AreFoundByPrefixAndName()
    {
        const string Trace = "X-Spam-Ours: 1\r\n";
        using TestMessageContent content = new(Trace + "x-spam-a: 1\nX-Virus: 2\nX-Virus-More: 3\nX-SPAM-A: 4\nOther: 5\n\nX-Spam-A: body\n", Trace.Length);
        Assert.True(new ForeignFields("X-Spam-", "X-Virus").TryFind(content, out IReadOnlyDictionary<string, int>? found));
        Assert.Equal(new Dictionary<string, int> { ["x-spam-a"] = 2, ["X-Virus"] = 1, ["X-Virus-More"] = 1 }, found);
    }

    [Fact]
    public void Message_WithoutThem_CostsNothing()
    {
        using TestMessageContent content = new("Subject: x\nTo: y\nX-Other: z\n\nText.\n");
        ForeignFields fields = new("X-Spam-");
        Assert.True(fields.TryFind(content, out IReadOnlyDictionary<string, int>? found));
        Assert.Null(found);
        long before = GC.GetAllocatedBytesForCurrentThread();
        fields.TryFind(content, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(1, 1, -1)]
    [InlineData(20, 20, -1)]
    [InlineData(21, 1, 0)]
    public void Removal_CountsFromTheLowest_OrTakesAll(int times, int removals, int occurrence)
    {
        using TestMessageContent content = new(string.Concat(Enumerable.Repeat("X-Spam-A: 1\n", times)) + "\n");
        using HarnessContext context = new("test", FakeDns.Empty, TimeProvider.System, new FilterTraits { Effect = FilterEffect.Rewrites });
        using TestSession session = new();
        new ForeignFields("X-Spam-").TryFind(content, out IReadOnlyDictionary<string, int>? found);
        ForeignFields.Remove(found, context.Changes(new TestTransaction(session)));
        Assert.Equal(Enumerable.Repeat(new RecordedChange("RemoveHeader", "X-Spam-A", occurrence, null, null), removals), context.ChangeLog);
    }
}
