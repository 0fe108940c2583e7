using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Toolkit.Backends;

namespace EdgeSmtp.Filters.Exec;

/// <summary>
/// Runs the program that QMAILQUEUE named, by qmail-queue's interface. What it hands on to <c>bin/qmail-queue</c> is the message and the envelope from then on; what it
/// says by its exit code is the verdict.
/// </summary>
public sealed class ExecFilter : IMessageFilter, IDisposable
{
    public static readonly FilterReason Rejected = new(VerdictKind.Reject, "exec-rejected", 554, "5.3.0", "mail server permanently rejected message");
    public static readonly FilterReason AddressTooLong = new(VerdictKind.Reject, "exec-address", 554, "5.1.3", "envelope address too long");
    public static readonly FilterReason Virus = new(VerdictKind.Reject, "exec-virus", 554, "5.3.2", "sorry, invalid message content");
    public static readonly FilterReason Spam = new(VerdictKind.Reject, "exec-spam", 554, "5.7.1", "sorry, message looks like spam");
    public static readonly FilterReason Attachment = new(VerdictKind.Reject, "exec-attachment", 554, "5.7.1", "sorry, attachment is not accepted here");
    public static readonly FilterReason Deferred = new(VerdictKind.Defer, "exec-deferred", 451, "4.3.0", "mail server temporarily rejected message");
    public static readonly FilterReason Network = new(VerdictKind.Defer, "exec-network", 451, "4.4.1", "trouble on the way to another server");
    public static readonly FilterReason Crashed = new(VerdictKind.Defer, "exec-crashed", 451, "4.3.0", "mail server temporarily rejected message");
    public static readonly FilterReason NotQueued = new(VerdictKind.Defer, "exec-not-queued", 451, "4.3.0", "mail server temporarily rejected message");

    /// <summary>The deadline of the driver ends a run.</summary>
    private static readonly TimeSpan RunMax = TimeSpan.FromMinutes(30);

    private readonly ExecFilterOptions _options;
    private readonly FilterContext _context;
    private readonly BackendGuard _guard;
    private readonly ExecLog _log;
    private readonly Shim _shim;

    /// <param name="options">Options.</param>
    /// <param name="context">Context.</param>
    public ExecFilter(ExecFilterOptions options, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _options = options;
        _context = context;
        _log = new ExecLog(context.Logger, context.Name);
        _shim = context.State("shim", () => new Shim(context.Host.PathOf("exec") ?? options.RunFolder, context.Name));
        RunFolder.Sweep(options.RunFolder);
        BackendGuardOptions limits = new(RunMax, options.ConcurrencyMax, options.WaitingMax, options.BreakerFailures, options.BreakerPause);
        _guard = new BackendGuard(options.Program, limits, context.Time, context.Meter("program"), context.Logger);
    }

    /// <inheritdoc />
    public async ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(verdicts);
        GuardResult<ExecOutcome> result = await _guard.RunAsync(
            (Filter: this, transaction), static (state, token) => state.Filter.RunAsync(state.transaction, token), static _ => null, cancellationToken).ConfigureAwait(false);
        if (result.Outcome != GuardOutcome.Answered)
        {
            throw new IOException($"{_options.Program}: {result.Detail}");
        }

        if (result.Answer!.Queued is { } queued)
        {
            Apply(queued, transaction);
        }
        else
        {
            verdicts.SetAll(result.Answer.Verdict);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _guard.Dispose();

    private async ValueTask<ExecOutcome> RunAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        ReadOnlySequence<byte> content = _context.ContentOf(transaction);
        using RunFolder folder = RunFolder.Create(_options.RunFolder, _shim.Path, _log);
        return await ExecRun.RunAsync(folder, content, transaction, _options, _log, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks for what the program made of the message, where that differs from what it got.</summary>
    private void Apply(QueuedMessage queued, Transaction transaction)
    {
        IMessageChanges changes = _context.Changes(transaction);
        changes.ReplaceContent(new ReadOnlySequence<byte>(queued.Content));
        if (!queued.ReversePath.Equals(transaction.ReversePath))
        {
            changes.ReplaceReversePath(queued.ReversePath);
        }

        HashSet<MailPath> wanted = [.. queued.Recipients];
        foreach (Recipient recipient in transaction.Recipients)
        {
            if (!wanted.Remove(recipient.ForwardPath))
            {
                changes.RemoveRecipient(recipient);
            }
        }

        foreach (MailPath added in queued.Recipients)
        {
            if (wanted.Remove(added))
            {
                changes.AddRecipient(added);
            }
        }
    }
}
