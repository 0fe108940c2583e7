using System.Buffers;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue;

namespace EdgeSmtp.Tests.Crash;

/// <summary>The oracle: compares a recovered store with what was acknowledged (<c>docs/queue.md</c>, States of a message).</summary>
internal sealed class CrashModel
{
    private readonly List<ModelMessage> _messages = [];
    private readonly List<Action> _nextSync = [];

    public IReadOnlyList<ModelMessage> Messages => _messages;

    public void Add(ModelMessage message) => _messages.Add(message);

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
        if (store.Count != known)
        {
            wrong.Add($"{store.Count} messages, {known} of them known");
        }

        return wrong;
    }

    private static async Task CompareAsync(MessageStore store, ModelMessage message, MessageSummary summary, HashSet<int> done, List<string> wrong)
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

        if (!stored.Content.ToArray().AsSpan().SequenceEqual(message.Content))
        {
            wrong.Add($"{message.Id}: content differs");
        }

        if (!Describe(stored.Envelope).Equals(Describe(message.Envelope), StringComparison.Ordinal))
        {
            wrong.Add($"{message.Id}: envelope differs: {Describe(stored.Envelope)}");
        }

        if (!message.Held.Contains(summary.Held))
        {
            wrong.Add($"{message.Id}: held {summary.Held}");
        }

        for (int i = 0; i < message.Envelope.Recipients.Count; i++)
        {
            if (stored.IsDone(i))
            {
                done.Add(i);
            }

            if (stored.IsDone(i) && !message.DoneAsked.Contains(i))
            {
                wrong.Add($"{message.Id}: recipient {i} is finished and nobody said so");
            }

            if (!stored.IsDone(i) && message.DoneDurable.Contains(i))
            {
                wrong.Add($"{message.Id}: recipient {i} was durably finished and is not");
            }
        }
    }

    private void CompareGroups(Dictionary<MessageId, (bool Present, HashSet<int> Done)> seen, List<string> wrong)
    {
        foreach (IGrouping<int, ModelMessage> group in _messages.Where(static m => !m.IsAcknowledged && m.ReportOf is null).GroupBy(static m => m.Group))
        {
            if (group.Select(m => seen[m.Id].Present).Distinct().Count() > 1)
            {
                wrong.Add($"group {group.Key}: a part of it is there");
            }
        }

        foreach (ModelMessage report in _messages.Where(static m => m.ReportOf is not null && !m.GoneAsked))
        {
            (ModelMessage about, int recipient) = report.ReportOf!.Value;
            bool present = seen[report.Id].Present;
            bool finished = !seen[about.Id].Present || seen[about.Id].Done.Contains(recipient);
            if (present != finished)
            {
                wrong.Add($"{report.Id}: report {(present ? "without" : "missing for")} the finished recipient {recipient} of {about.Id}");
            }
        }
    }

    private static string Describe(Envelope envelope) =>
        $"{envelope.ReversePath}|{envelope.Received.UtcTicks}|{envelope.Return}|{envelope.EnvelopeId}|{envelope.Flags}|{envelope.SessionId}|{envelope.Queue}|"
        + string.Join(',', envelope.Recipients.Select(static r => $"{r.ForwardPath}/{r.ForwardPath.DomainALabel}/{r.Notify}/{r.OriginalRecipient}"));
}
