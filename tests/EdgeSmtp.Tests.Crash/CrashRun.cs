using System.Buffers;
using System.Net;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Queue;
using EdgeSmtp.Queue.Staging;
using EdgeSmtp.Queue.Workers;
using EdgeSmtp.Testing.FileSystem;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeSmtp.Tests.Crash;

/// <summary>One run of a store on one simulated disk, all on one thread, with the model kept beside it.</summary>
internal sealed class CrashRun
{
    private static int _groups;
    private readonly StagingArea _staging = new(new StagingOptions { BytesMax = 16 << 20, SpillBytes = 64 << 20 });
    private readonly MessageIdGenerator _ids;
    private readonly Random _random;
    private MessageStore? _store;

    public CrashRun(FaultFileSystem files, CrashModel model, FakeTimeProvider time, int seed = 7)
    {
        Files = files;
        Model = model;
        Time = time;
        _ids = new MessageIdGenerator(time);
        _random = new Random(seed);
    }

    public FaultFileSystem Files { get; }

    public CrashModel Model { get; }

    public FakeTimeProvider Time { get; }

    public ManualPump Pump { get; private set; } = new();

    public MetricRecorder Metrics { get; } = new();

    public MessageStore Store => _store!;

    public static FakeTimeProvider NewClock() => new(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));

    public static QueueOptions Options() => new()
    {
        Directory = "/queue",
        SegmentBytes = 64 << 10,
        InlineBytesMax = 4 << 10,
        SegmentsAhead = 2,
        FreeSegmentsMax = 4,
        FreeBodyBytesMax = 64 << 10,
        HotBytesMax = 16 << 10,
        ReaderThreads = 1,
        Commit = new CommitOptions { BatchBytesMax = 64 << 10, GatherMax = TimeSpan.Zero },
    };

    public void Open()
    {
        Pump = new ManualPump();
        _store = MessageStore.Open(Options(), _staging, Time, Metrics, NullLogger.Instance, _ids, Files, Pump);
        Pump.Run();
    }

    public async Task CloseAsync()
    {
        await Store.DisposeAsync();
        Model.Synced();
    }

    public ModelMessage NewMessage(
        int length, int recipients = 1, EnvelopeFlags flags = EnvelopeFlags.None, int? group = null, MessageLane lane = MessageLane.Delivery)
    {
        MessageId id = _ids.Next();
        byte[] content = new byte[length];
        _random.NextBytes(content);
        EnvelopeRecipient[] to = new EnvelopeRecipient[recipients];
        for (int i = 0; i < recipients; i++)
        {
            to[i] = new EnvelopeRecipient(Path($"r{i}", "example.org"), DsnNotify.Failure, i % 2 == 0 ? null : $"rfc822;o{i}@example.org")
            {
                Verdict = lane == MessageLane.Quarantine ? new VerdictNote("virus", "clam", $"Eicar {i}") : null,
                Origin = lane == MessageLane.Pending ? new RecipientOrigin(Path($"r{i}", "example.org"), "strict", i == 0, i != 0) : null,
            };
        }

        Envelope envelope = new()
        {
            ReversePath = Path("sender", "example.net"),
            Recipients = to,
            Received = Time.GetUtcNow(),
            Flags = flags,
            EnvelopeId = "e" + id,
            SessionId = "s",
            Lane = lane,
            Owed = lane == MessageLane.Pending ? ["spam", "virus"] : [],
            Origin = lane == MessageLane.Delivery ? null : Origin(Time.GetUtcNow()),
        };
        ModelMessage message = new(id, envelope, content, group ?? ++_groups);
        Model.Add(message);
        return message;
    }

    public async Task<ModelMessage> CommitAsync(int length, int recipients = 1, EnvelopeFlags flags = EnvelopeFlags.None, MessageLane lane = MessageLane.Delivery)
    {
        ModelMessage message = NewMessage(length, recipients, flags, lane: lane);
        Acknowledge([message], await Store.CommitAsync([ToSubmission(message)], null));
        return message;
    }

    /// <summary>One message with this content.</summary>
    public async Task<ModelMessage> CommitContentAsync(byte[] content)
    {
        ModelMessage random = NewMessage(1);
        ModelMessage message = new(random.Id, random.Envelope, content, random.Group);
        Model.Replace(random, message);
        Acknowledge([message], await Store.CommitAsync([ToSubmission(message)], null));
        return message;
    }

    /// <summary>Several messages in one commit, and several commits in one batch.</summary>
    public async Task<List<ModelMessage>> CommitManyAsync(int commits, int messagesEach, int length)
    {
        Pump.IsPaused = true;
        List<(ModelMessage[] Messages, Task<CommitResult> Result)> running = [];
        for (int i = 0; i < commits; i++)
        {
            int group = ++_groups;
            ModelMessage[] messages = new ModelMessage[messagesEach];
            for (int j = 0; j < messagesEach; j++)
            {
                messages[j] = NewMessage(length + i + j, group: group);
            }

            running.Add((messages, Store.CommitAsync(Array.ConvertAll(messages, ToSubmission), null).AsTask()));
        }

        Pump.IsPaused = false;
        Pump.Run();
        List<ModelMessage> all = [];
        foreach ((ModelMessage[] messages, Task<CommitResult> result) in running)
        {
            Acknowledge(messages, await result);
            all.AddRange(messages);
        }

        return all;
    }

    /// <summary>Several messages of different lanes in one commit, as a transaction is whose recipients fare differently.</summary>
    public async Task<ModelMessage[]> CommitMixedAsync(int length, params MessageLane[] lanes)
    {
        int group = ++_groups;
        ModelMessage[] messages = Array.ConvertAll(lanes, lane => NewMessage(length, recipients: 2, group: group, lane: lane));
        Acknowledge(messages, await Store.CommitAsync(Array.ConvertAll(messages, ToSubmission), null));
        return messages;
    }

    /// <summary>Puts a version of another lane in the place of a message, and with it one more message for each further lane.</summary>
    public async Task ReplaceAsync(ModelMessage message, int length, params MessageLane[] lanes)
    {
        using QueuedMessage? leased = await Store.OpenAsync(message.Lanes.First(), message.Id, CancellationToken.None);
        if (leased is null)
        {
            return;
        }

        ModelMessage[] made = Array.ConvertAll(lanes, lane => NewMessage(length, recipients: 1, lane: lane));
        ModelVersion next = made[0].Version with { Envelope = made[0].Envelope with { Received = message.Envelope.Received, Since = Time.GetUtcNow() } };
        Model.Remove(made[0]);
        foreach (ModelMessage sibling in made[1..])
        {
            sibling.CameWith = (message, next);
        }

        message.Next = next;
        Submission[] messages = [new Submission(message.Id, next.Envelope, new ReadOnlySequence<byte>(next.Content)), .. made[1..].Select(ToSubmission)];
        if (await Store.ReplaceAsync(leased, new Replacement { Messages = messages }, staged: null) == CommitResult.Committed)
        {
            Model.Synced();
            message.Version = next;
            message.Next = null;
            message.Lanes.Clear();
            message.Lanes.Add(next.Envelope.Lane);
            foreach (ModelMessage report in Model.Messages.Where(report => report.ReportOf?.Message == message))
            {
                report.ReportOf = null;
            }

            message.DoneAsked.Clear();
            message.DoneDurable.Clear();
            foreach (ModelMessage sibling in made[1..])
            {
                sibling.IsAcknowledged = true;
            }
        }
    }

    /// <summary>Lets some recipients of a message in quarantine have it: they are finished there, and a message of their own comes.</summary>
    public async Task ReleaseSomeAsync(ModelMessage message, int recipient)
    {
        using QueuedMessage? leased = await Store.OpenAsync(MessageLane.Quarantine, message.Id, CancellationToken.None);
        if (leased is null)
        {
            return;
        }

        ModelMessage released = NewMessage(message.Content.Length);
        released.ReportOf = (message, recipient);
        message.DoneAsked.Add(recipient);
        if (await Store.ReplaceAsync(leased, new Replacement { Done = [recipient], Messages = [ToSubmission(released)] }, staged: null) == CommitResult.Committed)
        {
            Model.Synced();
            message.DoneDurable.Add(recipient);
            released.IsAcknowledged = true;
        }
    }

    /// <summary>Takes a message out and settles it.</summary>
    public async Task SettleAsync(ModelMessage message, Func<ModelMessage, Settlement> settle, bool durable = false)
    {
        using QueuedMessage? leased = await Store.OpenAsync(message.Lanes.First(), message.Id, CancellationToken.None);
        if (leased is null)
        {
            return;
        }

        Settlement settlement = settle(message) with { Durable = durable };
        message.DoneAsked.UnionWith(settlement.Done);
        bool gone = message.DoneAsked.Count == message.Envelope.Recipients.Count;
        message.GoneAsked |= gone;
        bool final = gone || settlement.Hold || settlement.NextAttempt is not null;
        bool held = settlement.Hold && !gone;
        if (final && !gone)
        {
            message.Held.Add(held);
            message.Lanes.Add(settlement.Lane ?? message.Lanes.First());
        }

        void Promote()
        {
            message.DoneDurable.UnionWith(settlement.Done);
            message.GoneDurable |= gone;
            foreach (Submission report in settlement.Reports)
            {
                Model.Messages.Single(m => m.Id == report.Id).IsAcknowledged = true;
            }

            if (final && !gone)
            {
                message.Held.Clear();
                message.Held.Add(held);
                if (settlement.Lane is { } lane)
                {
                    message.Lanes.Clear();
                    message.Lanes.Add(lane);
                }
            }
        }

        // It is durable with the next acknowledged operation, or with this one.
        Model.OnNextSync(Promote);
        try
        {
            await Store.SettleAsync(leased, settlement);
            if (durable)
            {
                Model.Synced();
            }
        }
        catch (IOException)
        {
            // The store has failed: nothing was promised.
        }
    }

    /// <summary>A recipient fails for good, and its report is queued with it.</summary>
    public Settlement Bounce(ModelMessage about, int recipient)
    {
        ModelMessage report = NewMessage(300, group: ++_groups);
        report.ReportOf = (about, recipient);
        return new Settlement { Done = [recipient], Reports = [ToSubmission(report)], NextAttempt = Time.GetUtcNow().AddMinutes(5), LastStatus = "550 5.1.1 no such user" };
    }

    public async Task ApplyAsync(ModelMessage message, OperatorAction action)
    {
        if (action is OperatorAction.Hold or OperatorAction.Release)
        {
            message.Held.Add(action == OperatorAction.Hold);
        }

        message.GoneAsked |= action == OperatorAction.Remove;
        try
        {
            if (!await Store.ApplyAsync(message.Id, action))
            {
                return;
            }
        }
        catch (IOException)
        {
            return;
        }

        Model.Synced();
        message.GoneDurable |= action == OperatorAction.Remove;
        if (action is OperatorAction.Hold or OperatorAction.Release)
        {
            message.Held.Clear();
            message.Held.Add(action == OperatorAction.Hold);
        }
    }

    public async Task FlushAsync()
    {
        try
        {
            await Store.FlushAsync();
            Model.Synced();
        }
        catch (IOException)
        {
            // The store has failed.
        }
    }

    /// <summary>Time passes and the workers notice.</summary>
    public void Wait(TimeSpan time)
    {
        Time.Advance(time);
        Pump.Run();
    }

    private void Acknowledge(ModelMessage[] messages, CommitResult result)
    {
        if (result == CommitResult.Committed)
        {
            foreach (ModelMessage message in messages)
            {
                message.IsAcknowledged = true;
            }

            Model.Synced();
        }
    }

    private static MessageOrigin Origin(DateTimeOffset started) => new()
    {
        Transaction = "0",
        Listener = "mx",
        Protocol = SessionProtocol.Smtp,
        Client = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 4711),
        Local = new IPEndPoint(IPAddress.IPv6Loopback, 25),
        Started = started,
        ClientName = "mail.example.net",
        HelloKind = HelloKind.Ehlo,
        Hello = "mail.example.net",
        Tls = new TlsInfo("TLSv1.3", "TLS_AES_256_GCM_SHA384", null, "CN=x"),
        DeclaredSizeBytes = 1234,
        TraceLength = 99,
    };

    private static Submission ToSubmission(ModelMessage message) => new(message.Id, message.Envelope, new ReadOnlySequence<byte>(message.Content));

    private static MailPath Path(string local, string domain) => new(Encoding.UTF8.GetBytes($"{local}@{domain}"), local.Length, domain);
}
