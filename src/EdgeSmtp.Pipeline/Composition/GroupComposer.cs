using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Pipeline.Changes;
using EdgeSmtp.Pipeline.Driving;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Pipeline.Composition;

/// <summary>Sorts the recipients of a message into groups that get the same bytes. One message of a hundred recipients without changes of their own is one group.</summary>
internal sealed class GroupComposer
{
    private readonly TransactionChanges _changes;
    private readonly Postponements _postponements;
    private readonly FilterPlan _sessionPlan;
    private readonly ReadOnlySequence<byte> _content;
    private readonly int _traceLength;
    private readonly List<DraftGroup> _groups = [];
    private readonly List<EnvelopeRecipient>? _added;
    private readonly HashSet<Recipient>? _removed;
    private readonly bool _hasOwnChanges;
    private ComposedContent? _common;

    private GroupComposer(Transaction transaction, RunLedger ledger, FilterPlan sessionPlan, bool hasMixedPlans)
    {
        TransactionChanges changes = ledger.Changes;
        _changes = changes;
        _postponements = ledger.Postponements;
        _sessionPlan = sessionPlan;
        IMessageContent content = (transaction as IReplaceableContent)?.ReceivedContent ?? transaction.Content!;
        _content = content.Bytes;
        _traceLength = content.TraceLength;
        _hasOwnChanges = hasMixedPlans || changes.Sets.Any(static committed => committed.Set.Recipient is not null);
        ReversePath = transaction.ReversePath;
        foreach (Change change in changes.Sets.SelectMany(static committed => committed.Set.Changes))
        {
            switch (change.Kind)
            {
                case ChangeKind.ReplaceReversePath:
                    ReversePath = change.Path!;
                    break;
                case ChangeKind.AddRecipient:
                    (_added ??= []).Add(change.Added!);
                    break;
                case ChangeKind.RemoveRecipient:
                    (_removed ??= new(ReferenceEqualityComparer.Instance)).Add(change.Recipient!);
                    break;
            }
        }
    }

    /// <summary>The reverse-path after every change.</summary>
    public MailPath ReversePath { get; }

    public IReadOnlyList<DraftGroup> Groups => _groups;

    /// <param name="transaction">The transaction with its staged content.</param>
    /// <param name="verdicts">Verdicts as the protocol reduced them.</param>
    /// <param name="ledger">The accepted changes, and the filters that asked to be asked again.</param>
    /// <param name="sessionPlan">The plan of recipients that have none of their own.</param>
    /// <param name="hasMixedPlans">Whether recipients differ in their profile.</param>
    public static GroupComposer Compose(
        Transaction transaction, RecipientVerdicts verdicts, RunLedger ledger, FilterPlan sessionPlan, bool hasMixedPlans)
    {
        GroupComposer composer = new(transaction, ledger, sessionPlan, hasMixedPlans);
        foreach (Recipient recipient in transaction.Recipients)
        {
            VerdictKind kind = verdicts[recipient].Kind;
            if (kind is VerdictKind.Continue or VerdictKind.Quarantine && !composer.IsRemoved(recipient))
            {
                composer.GroupOf(recipient, kind == VerdictKind.Quarantine).Recipients.Add(recipient);
            }
        }

        if (composer._added is not null)
        {
            composer.AddRecipients(transaction, verdicts, composer._added);
        }

        return composer;
    }

    private void AddRecipients(Transaction transaction, RecipientVerdicts verdicts, List<EnvelopeRecipient> added)
    {
        // Nothing is delivered, or nothing but held: an added recipient fares as those whose message it is.
        bool anyDelivered = false;
        bool anyHeld = false;
        foreach (Recipient recipient in transaction.Recipients)
        {
            anyDelivered |= verdicts[recipient].Kind == VerdictKind.Continue;
            anyHeld |= verdicts[recipient].Kind == VerdictKind.Quarantine;
        }

        if (!anyDelivered && !anyHeld)
        {
            return;
        }

        // Whom the client was told about keeps that answer: a refused recipient is not let in by the back door.
        HashSet<MailPath> known = [.. transaction.Recipients.Where(recipient => !IsRemoved(recipient)).Select(static recipient => recipient.ForwardPath)];
        foreach (EnvelopeRecipient recipient in added)
        {
            if (known.Add(recipient.ForwardPath))
            {
                GroupOf(null, !anyDelivered).Added.Add(recipient);
            }
        }
    }

    private bool IsRemoved(Recipient recipient) => _removed is not null && _removed.Contains(recipient);

    private DraftGroup GroupOf(Recipient? recipient, bool isQuarantined)
    {
        FilterPlan plan = MessageVerdicts.PlanOf(recipient, _sessionPlan);
        ComposedContent content = ContentOf(recipient, plan);
        IReadOnlyList<string> owed = _postponements.For(recipient, plan);
        foreach (DraftGroup group in _groups)
        {
            if (group.IsQuarantined == isQuarantined
                && group.Plan == plan.Index
                && group.Owed.SequenceEqual(owed, StringComparer.Ordinal)
                && (ReferenceEquals(group.Content, content) || group.Content.HasSameBytes(content)))
            {
                return group;
            }
        }

        DraftGroup added = new(content, isQuarantined, plan.Index, owed);
        _groups.Add(added);
        return added;
    }

    private ComposedContent ContentOf(Recipient? recipient, FilterPlan plan)
    {
        if (_hasOwnChanges)
        {
            return ContentComposer.Compose(_content, _traceLength, _changes.Of(recipient, plan));
        }

        return _common ??= ContentComposer.Compose(_content, _traceLength, _changes.Sets);
    }
}
