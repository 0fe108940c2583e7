using System.Buffers;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue;

namespace EdgeSmtp.Tests.Crash;

/// <summary>The oracle: compares a recovered store with what was acknowledged (<c>docs/queue.md</c>, States of a message).</summary>
internal sealed class CrashModel
{
    private readonly List<ModelMessage> _messages = [];
    private readonly List<Action> _nextSync = [];
    private readonly HashSet<MessageId> _replaced = [];

    public IReadOnlyList<ModelMessage> Messages => _messages;

    public void Add(ModelMessage message) => _messages.Add(message);

    public void Remove(ModelMessage message) => _messages.Remove(message);

    public void Replace(ModelMessage old, ModelMessage message) => _messages[_messages.IndexOf(old)] = message;

    /// <summary>Something becomes durable with the next acknowledged operation, because that comes later in the journal.</summary>
    public void OnNextSync(Action promote) => _nextSync.Add(promote);

    /// <summary>An operation was acknowledged.</summary>
    public void Synced()
    {
        foreach (Action promote in _nextSync)
        {
            promote();
        }

        _nextSync.Clear();
    }

    /// <summary>After recovery: what is there is durable, what is not will never come back.</summary>
    public async Task AdoptAsync(MessageStore store)
    {
        _nextSync.Clear();
        foreach (ModelMessage message in _messages)
        {
            using QueuedMessage? stored = await store.PeekAsync(message.Id, CancellationToken.None);
            message.IsAcknowledged = true;
            message.GoneAsked = message.GoneDurable = stored is null;
            if (stored is null)
            {
                continue;
            }

            message.Version = IsNext(message, stored) ? message.Next! : message.Version;
            message.Next = null;
            message.Lanes.Clear();
            message.Lanes.Add(store.Find(message.Id)!.Lane);
            message.Held.Clear();
            message.Held.Add(store.Find(message.Id)!.Held);
            message.DoneAsked.RemoveWhere(recipient => !stored.IsDone(recipient));
            message.DoneDurable.UnionWith(message.DoneAsked);
        }
    }

    /// <summary>Compares.</summary>
    /// <returns>What is wrong; empty when all is well.</returns>
    public async Task<List<string>> CheckAsync(MessageStore store)
    {
        List<string> wrong = [];
        Dictionary<MessageId, (bool Present, HashSet<int> Done)> seen = [];
        _replaced.Clear();
        foreach (ModelMessage message in _messages)
        {
            MessageSummary? summary = store.Find(message.Id);
            HashSet<int> done = [];
            if (summary is null)
            {
                if (message.IsAcknowledged && !message.GoneAsked)
                {
                    wrong.Add($"{message.Id}: acknowledged and lost");
                }
            }
            else
            {
                await CompareAsync(store, message, summary, done, wrong);
            }

            seen.Add(message.Id, (summary is not null, done));
        }

        CompareGroups(seen, wrong);
        int known = seen.Values.Count(static s => s.Present);
        int there = Enum.GetValues<MessageLane>().Sum(lane => store.TotalsOf(lane).Messages);
        if (there != known)
        {
            wrong.Add($"{there} messages, {known} of them known");
        }

        foreach (MessageLane lane in Enum.GetValues<MessageLane>())
        {
            MessageSummary[] listed = [.. store.List().Where(summary => summary.Lane == lane)];
            if (store.TotalsOf(lane) is var totals && (totals.Messages != listed.Length || totals.Bytes != listed.Sum(static summary => summary.SizeBytes)))
            {
                wrong.Add($"{lane}: {totals} differs from what is listed");
            }
        }

        return wrong;
    }

    private async Task CompareAsync(MessageStore store, ModelMessage message, MessageSummary summary, HashSet<int> done, List<string> wrong)
    {
        if (message.GoneDurable)
        {
            wrong.Add($"{message.Id}: came back after its end was durable");
        }

        using QueuedMessage? stored = await store.PeekAsync(message.Id, CancellationToken.None);
        if (stored is null)
        {
            wrong.Add($"{message.Id}: in the index but unreadable");
            return;
        }

        bool isNext = IsNext(message, stored);
        ModelVersion version = isNext ? message.Next! : message.Version;
        if (isNext)
        {
            _replaced.Add(message.Id);
        }

        if (!stored.Content.ToArray().AsSpan().SequenceEqual(version.Content))
        {
            wrong.Add($"{message.Id}: content differs");
        }

        if (!Describe(stored.Envelope).Equals(Describe(version.Envelope), StringComparison.Ordinal))
        {
            wrong.Add($"{message.Id}: envelope differs: {Describe(stored.Envelope)}");
        }

        if (await store.ReadEnvelopeAsync(message.Id, CancellationToken.None) is not { } read || Describe(read) != Describe(stored.Envelope))
        {
            wrong.Add($"{message.Id}: envelope without content differs");
        }

        if (isNext ? summary.Lane != version.Envelope.Lane : !message.Lanes.Contains(summary.Lane))
        {
            wrong.Add($"{message.Id}: in lane {summary.Lane}");
        }

        if (!message.Held.Contains(summary.Held))
        {
            wrong.Add($"{message.Id}: held {summary.Held}");
        }

        for (int i = 0; i < version.Envelope.Recipients.Count; i++)
        {
            if (stored.IsDone(i))
            {
                done.Add(i);
            }

            if (stored.IsDone(i) && !isNext && !message.DoneAsked.Contains(i))
            {
                wrong.Add($"{message.Id}: recipient {i} is finished and nobody said so");
            }

            if (!stored.IsDone(i) && !isNext && message.DoneDurable.Contains(i))
            {
                wrong.Add($"{message.Id}: recipient {i} was durably finished and is not");
            }
        }
    }

    private void CompareGroups(Dictionary<MessageId, (bool Present, HashSet<int> Done)> seen, List<string> wrong)
    {
        foreach (IGrouping<int, ModelMessage> group in _messages.Where(static m => !m.IsAcknowledged && m is { ReportOf: null, CameWith: null }).GroupBy(static m => m.Group))
        {
            if (group.Select(m => seen[m.Id].Present).Distinct().Count() > 1)
            {
                wrong.Add($"group {group.Key}: a part of it is there");
            }
        }

        foreach (ModelMessage sibling in _messages.Where(static m => m is { CameWith: not null, IsAcknowledged: false }))
        {
            if (seen[sibling.Id].Present != _replaced.Contains(sibling.CameWith!.Value.Message.Id))
            {
                wrong.Add($"{sibling.Id}: {(seen[sibling.Id].Present ? "there before" : "missing after")} the replacement of {sibling.CameWith.Value.Message.Id}");
            }
        }

        foreach (ModelMessage report in _messages.Where(static m => m.ReportOf is not null && !m.GoneAsked))
        {
            (ModelMessage about, int recipient) = report.ReportOf!.Value;
            if (_replaced.Contains(about.Id))
            {
                // What takes its place has only the recipients that were left.
                continue;
            }

            bool present = seen[report.Id].Present;
            bool finished = !seen[about.Id].Present || seen[about.Id].Done.Contains(recipient);
            if (present != finished)
            {
                wrong.Add($"{report.Id}: report {(present ? "without" : "missing for")} the finished recipient {recipient} of {about.Id}");
            }
        }
    }

    private static bool IsNext(ModelMessage message, QueuedMessage stored) => message.Next is { } next && Describe(stored.Envelope) == Describe(next.Envelope);

    private static string Describe(Envelope envelope) =>
        $"{envelope.ReversePath}|{envelope.Received.UtcTicks}|{envelope.Return}|{envelope.EnvelopeId}|{envelope.Flags}|{envelope.SessionId}|{envelope.Queue}|"
        + $"{envelope.Lane}|{envelope.Since.UtcTicks}|{string.Join('+', envelope.Owed)}|{envelope.Origin}|"
        + string.Join(',', envelope.Recipients.Select(static r => $"{r.ForwardPath}/{r.ForwardPath.DomainALabel}/{r.Notify}/{r.OriginalRecipient}/{r.Verdict}/{r.Origin}"));
}
