using System.Buffers;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Queue.Staging;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Staging;

/// <summary>A filter puts another message in place of the one that came: what later filters read, what is stored, and what it costs.</summary>
public sealed class ReplacedContentTests
{
    private const string NewMessage = "Subject: new\r\n\r\nAnother text.\r\n";

    private static readonly FilterTraits Rewriting = new() { Effect = FilterEffect.Rewrites, ReplacesBody = true, Groupable = false };

    [Fact]
    public async Task LaterFilters_ReadTheNewMessageEveryWay_AndItIsWhatIsStored()
    {
        string? bytes = null, descriptor = null;
        await using SessionHost host = new(prepare: h => h.RealStaging = new StagingArea(new StagingOptions { BytesMax = 64 << 20 }));
        host.With(Replacing("replaces", NewMessage), Reading("reads", transaction =>
        {
            bytes = Encoding.ASCII.GetString(transaction.Content!.Bytes);
            using FileStream stream = new(transaction.Content.OpenDescriptor(), FileAccess.Read);
            descriptor = new StreamReader(stream).ReadToEnd();
        }));
        TestClient client = await host.InDataAsync();
        await client.SendAsync("Subject: old\r\n\r\nText.\r\n.\r\n");
        await client.ExpectAsync("250");
        Assert.Equal(NewMessage, bytes);
        Assert.Equal(NewMessage, descriptor);
        StoredMessage stored = Assert.Single(host.Store.Messages);
        Assert.Equal(NewMessage, stored.Text);
    }

    // What is known to be ours stays known: by it a forged field is told from our own.
    [Fact]
    public async Task TraceFields_InTheNewMessage_AreStillOurs()
    {
        string? trace = null, replaced = null;
        await using SessionHost host = new();
        host.With(
            PipelineHarness.Instance(
                "wrapper",
                context => new OnMessage(transaction =>
                {
                    trace = Encoding.ASCII.GetString(transaction.Content!.Bytes.Slice(0, transaction.Content.TraceLength));
                    string message = "X-Wrapper: yes\r\n" + Encoding.ASCII.GetString(context.ContentOf(transaction));
                    context.Changes(transaction).ReplaceContent(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(message)));
                }),
                traits: Rewriting),
            Reading("reads", transaction => replaced = Encoding.ASCII.GetString(transaction.Content!.Bytes.Slice(0, transaction.Content.TraceLength))));
        TestClient client = await host.InDataAsync();
        await client.SendAsync("Subject: old\r\n\r\nText.\r\n.\r\n");
        await client.ExpectAsync("250");
        Assert.Equal("X-Wrapper: yes\r\n" + trace, replaced);
    }

    [Fact]
    public async Task Replacement_ThatDoesNotFitTheBudget_Defers()
    {
        await using SessionHost host = new(prepare: h => h.RealStaging = new StagingArea(new StagingOptions { BytesMax = 1 << 20 }));
        host.With(Replacing("replaces", "Subject: large\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 30_000))));
        TestClient client = await host.InDataAsync();
        await client.SendAsync("Subject: old\r\n\r\nText.\r\n.\r\n");
        await client.ExpectAsync("451 4.3.0");
        Assert.Empty(host.Store.Messages);
        Assert.Equal(0, host.RealStaging!.Budget.BytesUsed);
    }

    [Fact]
    public async Task Replacement_InShadow_IsSeenByNobody()
    {
        string? bytes = null;
        await using SessionHost host = new();
        host.With(
            Replacing("replaces", NewMessage) with { Driver = new DriverOptions { Shadow = true } },
            Reading("reads", transaction => bytes = Encoding.ASCII.GetString(transaction.Content!.Bytes)));
        TestClient client = await host.InDataAsync();
        await client.SendAsync("Subject: old\r\n\r\nText.\r\n.\r\n");
        await client.ExpectAsync("250");
        Assert.EndsWith("Subject: old\r\n\r\nText.\r\n", bytes, StringComparison.Ordinal);
    }

    private static FilterInstance Replacing(string name, string message) => PipelineHarness.Instance(
        name,
        context => new OnMessage(transaction => context.Changes(transaction).ReplaceContent(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(message)))),
        traits: Rewriting);

    private static FilterInstance Reading(string name, Action<Transaction> read) => PipelineHarness.Instance(name, new OnMessage(read));

    private sealed class OnMessage(Action<Transaction> act) : IMessageFilter
    {
        public ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
        {
            act(transaction);
            return default;
        }
    }
}
