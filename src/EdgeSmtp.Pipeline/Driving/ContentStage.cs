using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>Asks about the content of a message: sinks and message filters in its session, and those that owe a verdict again after it.</summary>
internal sealed class ContentStage(FilterPipeline pipeline, Session session, RunLedger ledger, MessageVerdicts message, StageRunner stages)
{
    private static readonly object SeedSlot = new();

    /// <summary>Keeps what was found about a recipient before the content.</summary>
    public static void SetSeed(Recipient recipient, Finding seed) => recipient.SetSlot(SeedSlot, seed);

    /// <summary>Begins a message, before its first byte.</summary>
    public void Begin(Transaction transaction, FilterPlan plan)
    {
        ulong plans = MessageVerdicts.PlansOf(transaction, plan);
        message.Begin(transaction.Recipients.Count, plan, hasMixedPlans: (plans & (plans - 1)) != 0);
    }

    /// <summary>The steps of a stage for the recipients of a transaction.</summary>
    public PlanStep[] StepsOf(Stage stage, Transaction transaction, FilterPlan plan)
    {
        if (!pipeline.HasFilters)
        {
            return [];
        }

        ulong plans = MessageVerdicts.PlansOf(transaction, plan);
        if ((plans & (plans - 1)) != 0)
        {
            return pipeline.Plans.StepsOf(stage, plans);
        }

        return plans == 0 ? plan.StepsOf(stage) : MessageVerdicts.PlanOf(transaction.Recipients[0], plan).StepsOf(stage);
    }

    /// <summary>Completes the sinks and runs message filters.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="body">Its sinks, if there are any.</param>
    /// <param name="verdicts">Takes the verdicts.</param>
    /// <param name="plan">The plan of recipients that have none of their own.</param>
    /// <param name="held">What was held before the content.</param>
    public ValueTask RunAsync(Transaction transaction, BodyRun? body, RecipientVerdicts verdicts, FilterPlan plan, Finding held)
    {
        verdicts.Reset(transaction.Recipients.Count);
        Begin(transaction, plan);
        SeedVerdicts(transaction, verdicts, held);
        Finding seed = message.Floor(verdicts);
        ValueTask<Finding> sinks = body is null ? new ValueTask<Finding>(seed) : RunAsync(Stage.Body, transaction, body, verdicts, plan, seed);
        if (!sinks.IsCompletedSuccessfully)
        {
            return FinishAsync(sinks, transaction, verdicts, plan);
        }

        ValueTask<Finding> filters = RunAsync(Stage.Message, transaction, null, verdicts, plan, sinks.GetAwaiter().GetResult());
        if (!filters.IsCompletedSuccessfully)
        {
            return FinishAsync(filters, verdicts);
        }

        End(filters.GetAwaiter().GetResult(), verdicts);
        return default;
    }

    /// <summary>Runs the message stage of filters that owe a verdict, and of no others.</summary>
    /// <param name="transaction">The transaction, made again from what was stored.</param>
    /// <param name="owed">Names of the filters.</param>
    /// <param name="verdicts">Takes the verdicts.</param>
    /// <param name="plan">The plan of recipients that have none of their own.</param>
    /// <returns>Names of those that owe it still.</returns>
    public async ValueTask<IReadOnlyList<string>> ResumeAsync(Transaction transaction, IReadOnlyCollection<string> owed, RecipientVerdicts verdicts, FilterPlan plan)
    {
        verdicts.Reset(transaction.Recipients.Count);
        Begin(transaction, plan);
        List<PlanStep> steps = [];
        HashSet<string> missing = new(owed, StringComparer.Ordinal);
        foreach (PlanStep step in StepsOf(Stage.Message, transaction, plan))
        {
            FilterNode[] members = Array.FindAll(step.Members, node => owed.Contains(node.Name, StringComparer.Ordinal));
            missing.ExceptWith(members.Select(static node => node.Name));
            if (members.Length > 0)
            {
                steps.Add(new PlanStep(members));
            }
        }

        StageCall call = new() { Stage = Stage.Message, Session = session, Transaction = transaction, Merged = verdicts };
        End(await stages.RunAsync(call, [.. steps], default), verdicts);
        missing.UnionWith(ledger.Postponements.Names);
        return [.. missing];
    }

    /// <summary>Begins with what was found before the content: at RCPT, and by violations since.</summary>
    private void SeedVerdicts(Transaction transaction, RecipientVerdicts verdicts, Finding held)
    {
        IReadOnlyList<Recipient> recipients = transaction.Recipients;
        for (int i = 0; i < recipients.Count; i++)
        {
            if (recipients[i].TryGetSlot(SeedSlot, out object? seed))
            {
                Finding found = (Finding)seed!;
                message.Add(verdicts, i, found.Verdict, found.Node);
            }

            message.Add(verdicts, i, recipients[i].IsPostmaster ? held.Mild : held.Verdict, held.Node);
        }
    }

    private ValueTask<Finding> RunAsync(Stage stage, Transaction transaction, BodyRun? body, RecipientVerdicts verdicts, FilterPlan plan, Finding current)
    {
        // Content that was drained because everybody refused it was never staged, and nobody can read it.
        PlanStep[] steps = stage == Stage.Message && transaction.Content is null ? [] : StepsOf(stage, transaction, plan);
        StageCall call = new() { Stage = stage, Session = session, Transaction = transaction, Body = body, Merged = verdicts };
        return stages.RunAsync(call, steps, current);
    }

    private async ValueTask FinishAsync(ValueTask<Finding> sinks, Transaction transaction, RecipientVerdicts verdicts, FilterPlan plan)
    {
        Finding current = await sinks;
        End(await RunAsync(Stage.Message, transaction, null, verdicts, plan, current), verdicts);
    }

    private static async ValueTask FinishAsync(ValueTask<Finding> filters, RecipientVerdicts verdicts) => End(await filters, verdicts);

    /// <summary>A session that was given up in between must not commit what its filters have not finished with.</summary>
    private static void End(Finding finding, RecipientVerdicts verdicts)
    {
        if (ReferenceEquals(finding.Verdict.Reason, DriverReasons.Aborted))
        {
            verdicts.SetAll(finding.Verdict);
        }
    }
}
