using System.Buffers;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline;

#pragma warning disable CA1822 // The driver that follows uses the run; these members answer for a pipeline without filters.

/// <summary>
/// The filters of one session. Holds early verdicts back as <see cref="RejectAt"/> says; every method returns what is to be answered <em>now</em>.
/// Never throws for what a filter does: a failure becomes the verdict that its policy names.
/// </summary>
public sealed class FilterRun : IAsyncDisposable
{
    internal FilterRun(FilterPipeline pipeline, Session session, RejectAt rejectAt)
    {
        _ = (pipeline, session, rejectAt);
    }

    /// <summary>Runs connect filters.</summary>
    public ValueTask<Verdict> ConnectAsync() => default;

    /// <summary>Runs HELO filters. A verdict held from an earlier HELO is replaced.</summary>
    public ValueTask<Verdict> HelloAsync() => default;

    /// <summary>Runs AUTH filters.</summary>
    public ValueTask<Verdict> AuthAsync() => default;

    /// <summary>Reports a violation; each kind reaches filters once a session.</summary>
    /// <param name="violation">What happened.</param>
    public ValueTask<Verdict> ViolationAsync(ProtocolViolation violation) => default;

    /// <summary>Forgets what HELO filters held, after STARTTLS (RFC 3207 §4.2).</summary>
    public void ResetHello()
    {
    }

    /// <summary>Runs MAIL filters, and begins the transaction's changes and held verdicts.</summary>
    /// <param name="transaction">The transaction.</param>
    public ValueTask<Verdict> MailAsync(Transaction transaction) => default;

    /// <summary>Runs RCPT filters, and answers what was held: nothing held refuses postmaster but a disconnecting verdict.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="recipient">The recipient asked for.</param>
    public ValueTask<Verdict> RcptAsync(Transaction transaction, Recipient recipient) => default;

    /// <summary>Writes the header fields inserted so far, to stand among the trace fields; they are not inserted again.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="output">Takes complete fields with CRLF.</param>
    public void WriteTrace(Transaction transaction, IBufferWriter<byte> output)
    {
    }

    /// <summary>Opens the body sinks.</summary>
    /// <param name="transaction">The transaction, with its recipients.</param>
    /// <returns><c>null</c> when no filter wants the body as it arrives.</returns>
    public BodyRun? OpenBody(Transaction transaction) => null;

    /// <summary>Completes the sinks and runs message filters.</summary>
    /// <param name="transaction">The transaction; its content is staged and sealed.</param>
    /// <param name="body">What <see cref="OpenBody"/> returned.</param>
    /// <param name="verdicts">Takes the verdict for each recipient.</param>
    public ValueTask MessageAsync(Transaction transaction, BodyRun? body, RecipientVerdicts verdicts)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(verdicts);
        verdicts.Reset(transaction.Recipients.Count);
        return default;
    }

    /// <summary>Applies the changes and runs seal filters: one group for recipients with equal changes; refused and discarded recipients are in none.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="verdicts">What <see cref="MessageAsync"/> gave, as reduced by the protocol: recipients to be quarantined carry that verdict.</param>
    public ValueTask<IReadOnlyList<DeliveryGroup>> ComposeAsync(Transaction transaction, RecipientVerdicts verdicts)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(verdicts);
        ReadOnlySequence<byte> content = transaction.Content!.Bytes;
        List<Recipient> delivered = [];
        List<Recipient> held = [];
        foreach (Recipient recipient in transaction.Recipients)
        {
            switch (verdicts[recipient].Kind)
            {
                case VerdictKind.Continue:
                    delivered.Add(recipient);
                    break;
                case VerdictKind.Quarantine:
                    held.Add(recipient);
                    break;
            }
        }

        List<DeliveryGroup> groups = [];
        if (delivered.Count > 0)
        {
            groups.Add(new DeliveryGroup(transaction.ReversePath, delivered, [], content, false));
        }

        if (held.Count > 0)
        {
            groups.Add(new DeliveryGroup(transaction.ReversePath, held, [], content, true));
        }

        return new(groups);
    }

    /// <summary>Ends the transaction: held MAIL verdicts, staged changes and profiles are forgotten.</summary>
    /// <param name="transaction">The transaction.</param>
    public void EndTransaction(Transaction transaction)
    {
    }

    /// <summary>Runs session end filters and lets the pipeline go.</summary>
    public ValueTask DisposeAsync() => default;
}
