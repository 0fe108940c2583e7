using System.Buffers;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline;

/// <summary>
/// The filters of one session. Holds early verdicts back as <see cref="RejectAt"/> says; every method returns what is to be answered <em>now</em>.
/// Never throws for what a filter does: a failure becomes the verdict that its policy names.
/// </summary>
public sealed class FilterRun : IAsyncDisposable
{
    /// <summary>Runs connect filters.</summary>
    public ValueTask<Verdict> ConnectAsync() => throw new NotImplementedException();

    /// <summary>Runs HELO filters. A verdict held from an earlier HELO is replaced.</summary>
    public ValueTask<Verdict> HelloAsync() => throw new NotImplementedException();

    /// <summary>Runs AUTH filters.</summary>
    public ValueTask<Verdict> AuthAsync() => throw new NotImplementedException();

    /// <summary>Reports a violation; each kind reaches filters once a session.</summary>
    /// <param name="violation">What happened.</param>
    public ValueTask<Verdict> ViolationAsync(ProtocolViolation violation) => throw new NotImplementedException();

    /// <summary>Forgets what HELO filters held, after STARTTLS (RFC 3207 §4.2).</summary>
    public void ResetHello() => throw new NotImplementedException();

    /// <summary>Runs MAIL filters, and begins the transaction's changes and held verdicts.</summary>
    /// <param name="transaction">The transaction.</param>
    public ValueTask<Verdict> MailAsync(Transaction transaction) => throw new NotImplementedException();

    /// <summary>Runs RCPT filters, and answers what was held: nothing held refuses postmaster but a disconnecting verdict.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="recipient">The recipient asked for.</param>
    public ValueTask<Verdict> RcptAsync(Transaction transaction, Recipient recipient) => throw new NotImplementedException();

    /// <summary>Writes the header fields inserted so far, to stand among the trace fields; they are not inserted again.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="output">Takes complete fields with CRLF.</param>
    public void WriteTrace(Transaction transaction, IBufferWriter<byte> output) => throw new NotImplementedException();

    /// <summary>Opens the body sinks.</summary>
    /// <param name="transaction">The transaction, with its recipients.</param>
    /// <returns><c>null</c> when no filter wants the body as it arrives.</returns>
    public BodyRun? OpenBody(Transaction transaction) => throw new NotImplementedException();

    /// <summary>Completes the sinks and runs message filters.</summary>
    /// <param name="transaction">The transaction; its content is staged and sealed.</param>
    /// <param name="body">What <see cref="OpenBody"/> returned.</param>
    /// <param name="verdicts">Takes the verdict for each recipient.</param>
    public ValueTask MessageAsync(Transaction transaction, BodyRun? body, RecipientVerdicts verdicts) => throw new NotImplementedException();

    /// <summary>Applies the changes and runs seal filters: one group for recipients with equal changes; refused and discarded recipients are in none.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="verdicts">What <see cref="MessageAsync"/> gave, as reduced by the protocol: recipients to be quarantined carry that verdict.</param>
    public ValueTask<IReadOnlyList<DeliveryGroup>> ComposeAsync(Transaction transaction, RecipientVerdicts verdicts) => throw new NotImplementedException();

    /// <summary>Ends the transaction: held MAIL verdicts, staged changes and profiles are forgotten.</summary>
    /// <param name="transaction">The transaction.</param>
    public void EndTransaction(Transaction transaction) => throw new NotImplementedException();

    /// <summary>Runs session end filters and lets the pipeline go.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
