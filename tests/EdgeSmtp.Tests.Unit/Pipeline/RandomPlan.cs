using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Tests.Unit.Pipeline;

/// <summary>A random plan of filters, and everything that can be observed of running it.</summary>
internal sealed class RandomPlan(int seed, int recipients)
{
    private const int Filters = 5;

    private static readonly FilterReason?[] Reasons = [null, null, ProbeFilter.Dropped, ProbeFilter.Kept, ProbeFilter.Later, ProbeFilter.Refused, ProbeFilter.Gone];
    private static readonly FactKey<int> Found = new("found", FactScope.Transaction);
    private static readonly FilterTraits Traits = new() { Effect = FilterEffect.Annotates, Provides = [Found] };

    /// <summary>Runs the plan, with filters that wait in a random order of waking.</summary>
    /// <param name="grouping">Sizes of the groups, in order; 1 is a filter alone.</param>
    /// <returns>Verdicts, score, fact and composed message as text.</returns>
    public async Task<string> RunAsync(params int[] grouping)
    {
        Random random = new(seed);
        using PipelineHarness harness = new();
        TaskCompletionSource[] gates = [.. Enumerable.Range(0, Filters).Select(static _ => new TaskCompletionSource())];
        FilterInstance[] instances = [.. Enumerable.Range(0, Filters).Select(i => Instance(i, random, gates[i]))];
        int[] order = [.. Enumerable.Range(0, Filters)];
        random.Shuffle(order);
        int next = 0;
        foreach (int size in grouping)
        {
            FilterInstance[] members = instances[next..(next + size)];
            _ = size == 1 ? harness.Add(members[0]) : harness.AddGroup($"group{next}", members);
            next += size;
        }

        using TestSession session = new();
        TestTransaction transaction = new(session);
        await using FilterRun run = harness.Build().Begin(session, RejectAt.Recipient);
        await run.MailAsync(transaction);
        return recipients == 0 ? await RcptAsync(run, transaction, gates, order) : await MessageAsync(run, transaction, gates, order);
    }

    private static async Task<string> RcptAsync(FilterRun run, TestTransaction transaction, TaskCompletionSource[] gates, int[] order)
    {
        TestRecipient recipient = transaction.Ask("a@example.com");
        ValueTask<Verdict> pending = run.RcptAsync(transaction, recipient);
        Open(gates, order);
        Verdict verdict = await pending;
        transaction.Accept(recipient);
        return $"{verdict} by {run.DecidedBy}; {Observe(transaction)}; {await ComposeAsync(run, transaction)}";
    }

    private async Task<string> MessageAsync(FilterRun run, TestTransaction transaction, TaskCompletionSource[] gates, int[] order)
    {
        for (int i = 0; i < recipients; i++)
        {
            transaction.AddRecipient($"r{i}@example.com");
        }

        using TestMessageContent content = new("Subject: x\n\ntext\n");
        transaction.Staged = content;
        RecipientVerdicts verdicts = new();
        ValueTask pending = run.MessageAsync(transaction, null, verdicts);
        Open(gates, order);
        await pending;
        StringBuilder all = new();
        for (int i = 0; i < recipients; i++)
        {
            all.Append(verdicts[i]).Append(" by ").Append(run.DeciderOf(i)).Append("; ");
        }

        return all.Append(Observe(transaction)).Append("; ").Append(await ComposeAsync(run, transaction)).ToString();
    }

    private static void Open(TaskCompletionSource[] gates, int[] order)
    {
        foreach (int i in order)
        {
            gates[i].TrySetResult();
        }
    }

    private static string Observe(TestTransaction transaction) =>
        SessionFacts.TryRead(transaction, Found, out int found) ? $"found {found}" : "found nothing";

    /// <summary>The message with every accepted change, whatever the verdicts.</summary>
    private static async Task<string> ComposeAsync(FilterRun run, TestTransaction transaction)
    {
        using TestMessageContent content = new("Subject: x\n\ntext\n");
        transaction.Staged = content;
        RecipientVerdicts none = new();
        none.Reset(transaction.Recipients.Count);
        return Encoding.UTF8.GetString(System.Buffers.BuffersExtensions.ToArray((await run.ComposeAsync(transaction, none))[0].Content));
    }

    private FilterInstance Instance(int index, Random random, TaskCompletionSource gate)
    {
        FilterReason?[] said = [.. Enumerable.Range(0, Math.Max(recipients, 1)).Select(_ => Reasons[random.Next(Reasons.Length)])];
        bool waits = random.Next(3) > 0;
        bool throws = random.Next(6) == 0;
        DriverOptions driver = new() { AllowDiscard = true, OnError = (FailurePolicy)random.Next(3) };
        FilterTraits traits = Traits with { Always = random.Next(6) == 0 };
        return PipelineHarness.Instance($"f{index}", context => new ProbeFilter
        {
            OnRcpt = async (transaction, _, token) =>
            {
                await ActAsync(context, index, transaction, waits ? gate : null, throws, token);
                return recipients == 0 && said[0] is { } reason ? Verdict.From(reason) : Verdict.Continue;
            },
            OnMessage = async (transaction, verdicts, token) =>
            {
                await ActAsync(context, index, transaction, waits ? gate : null, throws, token);
                for (int i = 0; i < recipients; i++)
                {
                    verdicts.Set(i, said[i] is { } reason ? Verdict.From(reason) : Verdict.Continue);
                }
            },
        }, driver, traits);
    }

    private static async Task ActAsync(FilterContext context, int index, Transaction transaction, TaskCompletionSource? gate, bool throws, CancellationToken token)
    {
        if (gate is not null)
        {
            await gate.Task.WaitAsync(token);
        }

        context.Publish(transaction, Found, index);
        context.Changes(transaction).InsertHeader("X-Seen", $"{index}");
        if (throws)
        {
            throw new InvalidOperationException("random fault");
        }
    }
}
