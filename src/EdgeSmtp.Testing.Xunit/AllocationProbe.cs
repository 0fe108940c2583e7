using EdgeSmtp.Abstractions;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Testing.Xunit;

/// <summary>Measures what stages of a filter allocate on the thread that calls them.</summary>
internal static class AllocationProbe
{
    private const int WarmUps = 64;
    private const int Calls = 100;

    /// <summary>Bytes that <see cref="Calls"/> calls of each stage allocate; stages that the filter lacks are left out.</summary>
    public static IReadOnlyDictionary<ContractStages, long> Measure(FilterHarness harness, ContractStages stages, byte[] content)
    {
        using TestMessageContent staged = new(content);
        TestTransaction transaction = new(harness.Session);
        TestRecipient recipient = transaction.AddRecipient("rcpt@example.com");
        transaction.Staged = staged;
        RecipientVerdicts verdicts = new();
        verdicts.Reset(1);
        CancellationToken none = CancellationToken.None;
        Dictionary<ContractStages, long> allocated = [];
        IFilter filter = harness.Filter;
        // Later stages may read what earlier ones left in the slots, so each ran once in order before it is measured.
        Add(ContractStages.Connect, filter is IConnectFilter, () => Finish(((IConnectFilter)filter).OnConnectAsync(harness.Session, none)));
        Add(ContractStages.Hello, filter is IHelloFilter, () => Finish(((IHelloFilter)filter).OnHelloAsync(harness.Session, none)));
        Add(ContractStages.Mail, filter is IMailFilter, () => Finish(((IMailFilter)filter).OnMailAsync(transaction, none)));
        Add(ContractStages.RcptAttempt, filter is IRcptAttemptFilter, () => Finish(((IRcptAttemptFilter)filter).OnRcptAttemptAsync(transaction, recipient.ForwardPath, none)));
        Add(ContractStages.Rcpt, filter is IRcptFilter, () => Finish(((IRcptFilter)filter).OnRcptAsync(transaction, recipient, none)));
        Add(ContractStages.Message, filter is IMessageFilter, () => Finish(((IMessageFilter)filter).OnMessageAsync(transaction, verdicts, none)));
        return allocated;

        void Add(ContractStages stage, bool isThere, Action call)
        {
            if (!isThere)
            {
                return;
            }

            call();
            if ((stages & stage) != 0)
            {
                allocated.Add(stage, Measure(call));
            }
        }
    }

    private static long Measure(Action call)
    {
        for (int i = 0; i < WarmUps; i++)
        {
            call();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Calls; i++)
        {
            call();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Finish(ValueTask<Verdict> pending)
    {
        if (pending.IsCompletedSuccessfully)
        {
            _ = pending.GetAwaiter().GetResult();
        }
        else
        {
            // A stage that waits allocates its state machine, which is what is being measured; its end does not matter.
            _ = pending.AsTask();
        }
    }

    private static void Finish(ValueTask pending)
    {
        if (pending.IsCompletedSuccessfully)
        {
            pending.GetAwaiter().GetResult();
        }
        else
        {
            _ = pending.AsTask();
        }
    }
}
