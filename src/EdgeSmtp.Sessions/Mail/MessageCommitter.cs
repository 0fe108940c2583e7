using System.Diagnostics;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Explain;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Core.Tracing;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>The last steps of a transaction, the same over every protocol: compose, then commit. From the commit on nothing cancels.</summary>
internal sealed class MessageCommitter(SessionServices services, InboundSession session, FilterRun filters)
{
    /// <summary>Composes what filters changed and hands everything to the store, which owns the staged message from then on.</summary>
    /// <param name="transaction">The transaction, sealed and judged.</param>
    /// <param name="verdicts">Of each recipient; refused ones get nothing.</param>
    /// <param name="found">What the decoder met in the content.</param>
    /// <returns>The commit under way.</returns>
    public async ValueTask<Acceptance> BeginAsync(MailTransaction transaction, RecipientVerdicts verdicts, ContentFlags found)
    {
        IReadOnlyList<DeliveryGroup> groups = await filters.ComposeAsync(transaction, verdicts);
        List<Submission> submissions = new(groups.Count);
        EnvelopeFlags flags = FlagsOf(transaction, found);
        DateTimeOffset now = services.Time.GetUtcNow();
        bool anyAside = false;
        foreach (DeliveryGroup group in groups)
        {
            MessageLane lane = group.Owed.Count > 0 ? MessageLane.Pending : group.Quarantined ? MessageLane.Quarantine : MessageLane.Delivery;
            Envelope envelope = new()
            {
                ReversePath = group.ReversePath,
                Recipients = RecipientsOf(group, verdicts),
                Received = now,
                Return = transaction.Return,
                EnvelopeId = transaction.EnvelopeId,
                Flags = group.Quarantined ? flags | EnvelopeFlags.Suspect : flags,
                SessionId = session.Id,
                Lane = lane,
                Owed = group.Owed,
                Origin = lane == MessageLane.Delivery ? null : OriginOf(transaction, group),
                Trace = filters.Span?.Context ?? default,
            };
            if (envelope.Recipients.Count > 0)
            {
                // The first group keeps the id that the client is told, so that it can be found.
                MessageId id = submissions.Count == 0 ? transaction.MessageId : NextId(transaction);
                submissions.Add(new Submission(id, envelope, group.Content));
                anyAside |= lane != MessageLane.Delivery;
            }
        }

        long began = services.Time.GetTimestamp();
        if (submissions.Count == 0)
        {
            return new Acceptance(new ValueTask<CommitResult>(CommitResult.Committed), began, IsDiscarded: true, RefusalIn(verdicts));
        }

        StagedMessage staged = transaction.Staged!;
        transaction.Staged = null;
        ValueTask<CommitResult> commit = filters.Span is { } span ? CommitAsync(span, submissions, staged) : services.Store.CommitAsync(submissions, staged);
        return new Acceptance(anyAside ? SetAsideAsync(commit, submissions, filters.TakePendingRoom()) : commit, began, IsDiscarded: false) { FurtherIds = FurtherIdsOf(submissions) };
    }

    /// <summary>Commits within a span, which may outlive that of the transaction: packages of QMTP are answered while the next one is judged.</summary>
    private async ValueTask<CommitResult> CommitAsync(Activity parent, List<Submission> submissions, StagedMessage staged)
    {
        Activity? span = parent.Below(Spans.Commit);
        try
        {
            CommitResult result = await services.Store.CommitAsync(submissions, staged);
            span?.SetTag(SpanTags.Result, result.ToString()).SetStatus(result == CommitResult.Committed ? ActivityStatusCode.Unset : ActivityStatusCode.Error);
            return result;
        }
        finally
        {
            span?.End();
        }
    }

    /// <summary>Tells the logs of what is not for delivery, and gives the room back that it needed until it was in the queue.</summary>
    private async ValueTask<CommitResult> SetAsideAsync(ValueTask<CommitResult> commit, List<Submission> submissions, long room)
    {
        try
        {
            CommitResult result = await commit;
            if (result == CommitResult.Committed)
            {
                foreach (Submission submission in submissions)
                {
                    AsideEvents.Write(services.Events, filters.Trace, submission);
                }
            }

            return result;
        }
        finally
        {
            if (room > 0)
            {
                services.Pending!.Release(room);
            }
        }
    }

    private static string? FurtherIdsOf(List<Submission> submissions)
    {
        if (submissions.Count == 1)
        {
            return null;
        }

        StringBuilder ids = new();
        for (int i = 1; i < submissions.Count; i++)
        {
            ids.Append(i == 1 ? string.Empty : " ").Append(submissions[i].Id);
        }

        return ids.ToString();
    }

    private MessageOrigin OriginOf(MailTransaction transaction, DeliveryGroup group) => new()
    {
        Transaction = transaction.Id,
        Listener = session.Listener,
        Protocol = session.Protocol,
        Client = session.Client,
        Local = session.Local,
        Started = session.Started,
        ClientName = session.ClientName,
        HelloKind = session.HelloKind,
        Hello = session.Hello,
        Tls = session.Tls,
        AuthenticatedUser = session.AuthenticatedUser,
        Body = transaction.Body,
        DeclaredSizeBytes = transaction.DeclaredSizeBytes,
        TraceLength = group.TraceLength,
    };

    /// <summary>The id of a further message. The client is not told of it; the line of the commit and the trace lead from it to the transaction.</summary>
    private MessageId NextId(MailTransaction transaction)
    {
        MessageId id = services.Ids.Next();
        filters.Trace?.Add(new ExplainItem { Kind = ExplainItemKind.Message, Name = id.ToString(), Transaction = transaction.Id });
        return id;
    }

    /// <summary>Somebody was to get the message before composing; when nobody is afterwards, a seal filter failed and raised all verdicts.</summary>
    private static Verdict RefusalIn(RecipientVerdicts verdicts)
    {
        Verdict worst = Verdict.Continue;
        for (int i = 0; i < verdicts.Count; i++)
        {
            if (verdicts[i].Kind < VerdictKind.Defer)
            {
                return Verdict.Continue;
            }

            worst = Verdict.MostSevere(worst, verdicts[i]);
        }

        return worst;
    }

    private List<EnvelopeRecipient> RecipientsOf(DeliveryGroup group, RecipientVerdicts verdicts)
    {
        List<EnvelopeRecipient> recipients = new(group.Recipients.Count + group.Added.Count);
        HashSet<MailPath>? seen = group.Recipients.Count + group.Added.Count > 1 ? [] : null;
        bool isOwed = group.Owed.Count > 0;
        foreach (Recipient recipient in group.Recipients)
        {
            // Two postmasters, or postmaster and the mailbox behind it, are one mailbox.
            MailPath destination = ((MailRecipient)recipient).Destination;
            if (seen is null || seen.Add(destination))
            {
                recipients.Add(new EnvelopeRecipient(destination, recipient.Notify, recipient.OriginalRecipient)
                {
                    Verdict = group.Quarantined ? VerdictNotes.Of(verdicts[recipient], filters.DeciderOf(recipient.Index)) : null,
                    Origin = isOwed ? new RecipientOrigin(recipient.ForwardPath, filters.ProfileOf(recipient), recipient.IsPostmaster, recipient.IsLocalDomain) : null,
                });
            }
        }

        foreach (EnvelopeRecipient added in group.Added)
        {
            if (seen is null || seen.Add(added.ForwardPath))
            {
                recipients.Add(isOwed ? added with { Origin = new RecipientOrigin(added.ForwardPath, filters.ProfileOf(null), IsPostmaster: false, IsLocalDomain: false) } : added);
            }
        }

        return recipients;
    }

    private EnvelopeFlags FlagsOf(MailTransaction transaction, ContentFlags found)
    {
        EnvelopeFlags flags = EnvelopeFlags.None;
        if ((found & ContentFlags.EightBit) != 0)
        {
            flags |= EnvelopeFlags.EightBit;
        }

        if (transaction.SmtpUtf8)
        {
            flags |= EnvelopeFlags.SmtpUtf8;
        }

        if (transaction.Body == BodyType.BinaryMime)
        {
            flags |= EnvelopeFlags.Binary;
        }

        if (session.MayRelay)
        {
            flags |= EnvelopeFlags.FromRelayClient;
        }

        if (IsSet(transaction, KnownFacts.SpfFailed) || IsSet(transaction, KnownFacts.Tagged))
        {
            // §8.26 of the design: no bounce goes to a sender that is probably forged.
            flags |= EnvelopeFlags.Suspect;
        }

        return flags;
    }

    private static bool IsSet(MailTransaction transaction, FactKey<bool> fact) => SessionFacts.TryRead(transaction, fact, out bool isSet) && isSet;
}
