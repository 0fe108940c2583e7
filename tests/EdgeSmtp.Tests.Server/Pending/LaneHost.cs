using System.Buffers;
using System.Text;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Queue;
using EdgeSmtp.Queue.Staging;
using EdgeSmtp.Sessions.Pending;
using EdgeSmtp.Testing.FileSystem;
using EdgeSmtp.Tests.Server.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeSmtp.Tests.Server.Pending;

/// <summary>Sessions, the real queue on a disk in memory, and the pending lane; nobody delivers.</summary>
internal sealed class LaneHost : IAsyncDisposable
{
    private readonly StagingArea _staging = new(new StagingOptions { BytesMax = 64 << 20 });
    private readonly PendingRoom _room;
    private readonly MetricRecorder _metrics;
    private MessageStore? _store;
    private PendingLane _lane;

    private LaneHost(FaultFileSystem files, PendingOptions options)
    {
        Files = files;
        Options = options;
        Sessions = new SessionHost(prepare: host =>
        {
            host.MayLeak = true;
            host.RealStaging = _staging;
            host.RealStore = _store = OpenAsync(host).GetAwaiter().GetResult();
            host.Pending = new PendingRoom(options, host.Metrics);
        });
        _metrics = Sessions.Metrics;
        _room = (PendingRoom)Sessions.Pending!;
        _room.Attach(Store);
        _lane = NewLane();
    }

    public FaultFileSystem Files { get; private set; }

    public PendingOptions Options { get; }

    public SessionHost Sessions { get; }

    public MessageStore Store => _store!;

    /// <summary>How often delivery was told to look.</summary>
    public int Wakes { get; private set; }

    public static LaneHost Start(params FilterInstance[] filters) => Start(new PendingOptions(), filters);

    public static LaneHost Start(PendingOptions options, params FilterInstance[] filters)
    {
        LaneHost host = new(new FaultFileSystem(), options);
        host.Sessions.With(filters);
        host._lane.Start();
        return host;
    }

    public double Value(MetricDeclaration declaration, params string[] labels) => _metrics.Value(declaration, labels);

    /// <summary>One message by SMTP.</summary>
    /// <returns>Its id.</returns>
    public async Task<MessageId> SendAsync(string content = "Subject: hello\r\n\r\nbody\r\n", params string[] to)
    {
        TestClient client = await Sessions.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<sender@example.net>", "250 2.1.0");
        foreach (string recipient in to.Length == 0 ? ["user@example.com"] : to)
        {
            await client.CommandAsync($"RCPT TO:<{recipient}>", "250 2.1.5");
        }

        await client.CommandAsync("DATA", "354 ");
        await client.SendAsync(content + ".\r\n");
        string reply = await client.ExpectAsync("250 2.0.0");
        string id = reply.Split(' ', '\r', '\n', '[', ']').Last(static word => MessageId.TryParse(word, out _));
        Assert.True(MessageId.TryParse(id, out MessageId parsed));
        return parsed;
    }

    /// <summary>Waits until something is so, while time goes on in steps that are shorter than any retry.</summary>
    public async Task UntilAsync(Func<bool> condition, TimeSpan? step = null)
    {
        for (int i = 0; i < 5_000; i++)
        {
            if (condition())
            {
                return;
            }

            Sessions.Time.Advance(step ?? TimeSpan.FromSeconds(1));
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }

        Assert.Fail("It never became so.");
    }

    /// <summary>Messages of a lane.</summary>
    public MessageSummary[] In(MessageLane lane) => [.. Store.List().Where(message => message.Lane == lane)];

    public async Task<(Envelope Envelope, string Content)> ReadAsync(MessageId id)
    {
        using QueuedMessage? message = await Store.PeekAsync(id, CancellationToken.None);
        return (message!.Envelope, Encoding.Latin1.GetString(message.Content.ToArray()));
    }

    /// <summary>The machine stops and starts again; what was not synced is gone.</summary>
    public async Task CrashAsync(params FilterInstance[] filters)
    {
        FaultFileSystem image = Files.AfterCrash(1, CrashDamage.DropAll);
        await _lane.StopAsync();
        _lane.Dispose();
        await Store.DisposeAsync();
        Files = image;
        _store = await OpenAsync(Sessions);
        _room.Attach(_store);
        Sessions.With(filters);
        _lane = NewLane();
        _lane.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await _lane.StopAsync();
        _lane.Dispose();
        await Sessions.DisposeAsync();
        await Store.DisposeAsync();
        Assert.Equal(0, _staging.Budget.BytesUsed);
    }

    private PendingLane NewLane() => new(Store, Sessions.Services with { Store = Store }, _room, Options, () => Wakes++);

    private Task<MessageStore> OpenAsync(SessionHost host) => MessageStore.OpenAsync(
        new QueueOptions { Directory = "/queue", SegmentBytes = 1 << 20, ReaderThreads = 1, HotBytesMax = 0 }, _staging, host.Time, host.Metrics, NullLoggerFactory.Instance, host.Ids, Files);
}
