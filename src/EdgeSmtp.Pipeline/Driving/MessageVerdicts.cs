using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>Who decided about each recipient of the message, and which filters concern whom when profiles differ.</summary>
internal sealed class MessageVerdicts
{
    private static readonly object PlanSlot = new();

    private FilterNode?[] _deciders = [];
    private bool _hasMixedPlans;
    private FilterPlan? _sessionPlan;

    /// <summary>Gives a recipient a plan of his own.</summary>
    public static void SetPlan(Recipient recipient, FilterPlan plan) => recipient.SetSlot(PlanSlot, plan);

    /// <summary>The plan of a recipient: his own, or that of the session.</summary>
    public static FilterPlan PlanOf(Recipient? recipient, FilterPlan sessionPlan) =>
        recipient is not null && recipient.TryGetSlot(PlanSlot, out object? plan) && plan is not null ? (FilterPlan)plan : sessionPlan;

    /// <summary>The plans of the recipients, as bits.</summary>
    public static ulong PlansOf(Transaction transaction, FilterPlan sessionPlan)
    {
        ulong plans = 0;
        IReadOnlyList<Recipient> recipients = transaction.Recipients;
        for (int i = 0; i < recipients.Count; i++)
        {
            plans |= 1UL << PlanOf(recipients[i], sessionPlan).Index;
        }

        return plans;
    }

    /// <summary>Begins a message.</summary>
    public void Begin(int recipients, FilterPlan sessionPlan, bool hasMixedPlans)
    {
        _sessionPlan = sessionPlan;
        _hasMixedPlans = hasMixedPlans;
        if (_deciders.Length < recipients)
        {
            _deciders = new FilterNode?[Math.Max(recipients, 4)];
        }
        else
        {
            Array.Clear(_deciders);
        }
    }

    /// <summary>Whether a filter has a say about a recipient.</summary>
    public bool Concerns(FilterNode node, Recipient recipient) => !_hasMixedPlans || PlanOf(recipient, _sessionPlan!).Contains(node);

    public void Add(RecipientVerdicts merged, int index, Verdict verdict, FilterNode? node)
    {
        if (verdict.Kind > merged[index].Kind)
        {
            merged.Set(index, verdict);
            _deciders[index] = node;
        }
    }

    /// <summary>Name of the filter that decided about a recipient; <c>null</c> when none did.</summary>
    public string? DeciderOf(int index) => (uint)index < (uint)_deciders.Length ? _deciders[index]?.Name : null;

    /// <summary>What the stage as a whole has come to: terminal when every recipient is rejected, or when anybody wants the client disconnected.</summary>
    public Finding Floor(RecipientVerdicts merged)
    {
        int least = -1;
        for (int i = 0; i < merged.Count; i++)
        {
            if (merged[i].Kind == VerdictKind.Disconnect)
            {
                return new Finding(merged[i], _deciders[i], default);
            }

            if (least < 0 || merged[i].Kind < merged[least].Kind)
            {
                least = i;
            }
        }

        return least < 0 ? default : new Finding(merged[least], _deciders[least], default);
    }
}
