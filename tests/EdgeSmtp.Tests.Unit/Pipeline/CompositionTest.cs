using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

/// <summary>What tests of changed messages share: filters that make one change, and the message as it would be delivered.</summary>
public abstract class CompositionTest : DriverTest
{
    protected const string Body = "\r\nText.\r\n";

    protected static void AssertShares(ReadOnlySequence<byte> composed, ReadOnlySequence<byte> staged)
    {
        ReadOnlySequence<byte> tail = composed.Slice(composed.Length - staged.Length);
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(tail.First, out ArraySegment<byte> a));
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(staged.First, out ArraySegment<byte> b));
        Assert.Same(b.Array, a.Array);
    }

    protected static FilterInstance Changing(string name, Action<IMessageChanges> change, DriverOptions? driver = null, FilterTraits? traits = null) => PipelineHarness.Instance(
        name, context => new ChangesFilter(context) { AtMessage = (self, transaction) => change(self.Changes(transaction)) }, driver, traits ?? ChangesFilter.Rewrites);

    protected void Add(string name, Action<IMessageChanges> change, DriverOptions? driver = null, FilterTraits? traits = null) => Harness.Add(Changing(name, change, driver, traits));

    protected async Task<IReadOnlyList<DeliveryGroup>> ComposeAsync(FilterRun run, string content = Content) =>
        await run.ComposeAsync(Transaction, await Message(run, content: content));
}
