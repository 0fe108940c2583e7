using System.Buffers;
using System.Text;
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

    public ModelMessage NewMessage(int length, int recipients = 1, EnvelopeFlags flags = EnvelopeFlags.None, int? group = null)
    {
        MessageId id = _ids.Next();
        byte[] content = new byte[length];
        _random.NextBytes(content);
        EnvelopeRecipient[] to = new EnvelopeRecipient[recipients];
        for (int i = 0; i < recipients; i++)
        {
            to[i] = new EnvelopeRecipient(Path($"r{i}", "example.org"), DsnNotify.Failure, i % 2 == 0 ? null : $"rfc822;o{i}@example.org");
        }

        Envelope envelope = new()
        {
            ReversePath = Path("sender", "example.net"),
            Recipients = to,
            Received = Time.GetUtcNow(),
            Flags = flags,
            EnvelopeId = "e" + id,
            SessionId = "s",
        };
        ModelMessage message = new(id, envelope, content, group ?? ++_groups);
        Model.Add(message);
        return message;
    }

    public async Task<ModelMessage> CommitAsync(int length, int recipients = 1, EnvelopeFlags flags = EnvelopeFlags.None)
    {
        ModelMessage message = NewMessage(length, recipients, flags);
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

    /// <summary>Takes a message out and settles it.</summary>
    public async Task SettleAsync(ModelMessage message, Func<ModelMessage, Settlement> settle, bool durable = false)
    {
        using QueuedMessage? leased = await Store.OpenAsync(message.Id, CancellationToken.None);
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

    private static Submission ToSubmission(ModelMessage message) => new(message.Id, message.Envelope, new ReadOnlySequence<byte>(message.Content));

    private static MailPath Path(string local, string domain) => new(Encoding.UTF8.GetBytes($"{local}@{domain}"), local.Length, domain);
}
