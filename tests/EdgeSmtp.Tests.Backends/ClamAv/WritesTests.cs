using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.ClamAv;

/// <summary>By strace: of what is refused for its content nothing was written, and what is accepted was written once.</summary>
public sealed class WritesTests
{
    private const int Refused = 5;

    [Theory]
    [InlineData(100_000)]
    [InlineData(1_000_000)]
    public async Task RefusedMessages_WriteNothing_AcceptedOneIsWrittenOnce(int bytes)
    {
        await using Clamd clamd = await Clamd.StartAsync();
        await using SmtpSink sink = await SmtpSink.StartAsync();
        using TempFolder folder = new();
        await using EdgeServer edge = await ClamdEdge.StartAsync([clamd.Socket], (settings, _) =>
        {
            // What a delivery writes elsewhere is not the edge's.
            settings.Route("next", "smtp", sink.Port);
            settings.Domain("example.test", "next");
            settings.Root["Postmaster"] = "postmaster@example.test";
        });
        Assert.Equal(250, (await ClamdEdge.SendAsync(edge, TestMail.Clean())).Code);
        await edge.EmptyQueueAsync();
        await IsQuietAsync(edge);

        IReadOnlyDictionary<string, long> written = await WatchAsync(edge, folder, async () =>
        {
            for (int i = 0; i < Refused; i++)
                Assert.Equal(554, (await ClamdEdge.SendAsync(edge, TestMail.Text($"{i} {new string('x', bytes)}{Clamd.Eicar}\r\n"))).Code);
        });
        Assert.Empty(Mail(edge, written));

        // What "edgesmtp explain" reads is about messages, and holds none.
        Assert.True(written.Values.Sum() < Refused * 5000, Sums(written));

        byte[] message = TestMail.Clean(bytes);
        written = await WatchAsync(edge, folder, async () =>
        {
            Assert.Equal(250, (await ClamdEdge.SendAsync(edge, message)).Code);
            await edge.EmptyQueueAsync();
        });
        long sum = Mail(edge, written).Values.Sum();
        Assert.True(sum >= message.Length && sum < message.Length * 3 / 2, Sums(written));
    }

    private static Dictionary<string, long> Mail(EdgeServer edge, IReadOnlyDictionary<string, long> written) =>
        written.Where(file => !file.Key.StartsWith(Path.Combine(edge.DataDirectory, "explain/"), StringComparison.Ordinal)).ToDictionary();

    private static string Sums(IReadOnlyDictionary<string, long> written) => string.Join(' ', written.Select(static file => $"{file.Key}: {file.Value}"));

    private static async Task<IReadOnlyDictionary<string, long>> WatchAsync(EdgeServer edge, TempFolder folder, Func<Task> during)
    {
        await using FileWrites writes = await FileWrites.OfAsync(edge.Process.Id, folder);
        await during();
        return await writes.EndAsync(edge.DataDirectory);
    }

    /// <summary>At start the next segments of the journal are filled ahead.</summary>
    private static Task IsQuietAsync(EdgeServer edge)
    {
        long before = -1;
        return Until.TrueAsync(
            async () =>
            {
                long last = before;
                before = WrittenBytes(edge);
                if (last == before)
                    return true;
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
                return false;
            },
            Until.Soon,
            () => "The server never comes to rest.");
    }

    private static long WrittenBytes(EdgeServer edge) =>
        long.Parse(File.ReadLines($"/proc/{edge.Process.Id}/io").Single(static line => line.StartsWith("write_bytes:", StringComparison.Ordinal))["write_bytes:".Length..], System.Globalization.CultureInfo.InvariantCulture);
}
