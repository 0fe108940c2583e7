using System.Buffers;
using System.Diagnostics;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Capture;
using EdgeSmtp.Core.Explain;
using EdgeSmtp.Pipeline.Composition;
using EdgeSmtp.Pipeline.Driving;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Pipeline;

/// <summary>
/// The filters of one session. Holds early verdicts back as <see cref="RejectAt"/> says; every method returns what is to be answered <em>now</em>.
/// Never throws for what a filter does: a failure becomes the verdict that its policy names.
/// </summary>
/// <remarks>A session calls one method at a time. Discard and Quarantine are not answers: a stage before the content that finds them returns Continue, and they come back
/// in the verdicts of <see cref="MessageAsync"/>.</remarks>
public sealed class FilterRun : IAsyncDisposable
{
    private readonly FilterPipeline _pipeline;
    private readonly Session _session;
    private readonly RejectAt _rejectAt;
    private readonly RunLedger _ledger;
    private readonly MessageVerdicts _message = new();
    private readonly StageRunner _stages;
    private readonly CapturedSession? _capture;
    private readonly ContentStage _content;
    private FilterPlan _plan;
    private HeldVerdicts _held;
    private Transaction? _transaction;
    private int _violations;
    private int _isDisposed;
    private bool _isResumed;

    internal FilterRun(FilterPipeline pipeline, Session session, RejectAt rejectAt)
    {
        _pipeline = pipeline;
        _session = session;
        _rejectAt = rejectAt;
        _plan = pipeline.Plans.Default;
        _capture = pipeline.Events?.Capture?.TryBegin(session);
        IExplainLog? explain = pipeline.Events?.Explain;
        Trace = explain is not null || _capture is not null ? new ExplainTrace(explain, session, pipeline.Time, _capture) : null;
        _ledger = new RunLedger { Trace = Trace, Postponements = new Postponements(pipeline.Pending) };
        _stages = new StageRunner(pipeline.Calls, _ledger, new VerdictJudge(_ledger, pipeline.Events, pipeline.Time, _message));
        _content = new ContentStage(pipeline, session, _ledger, _message, _stages);
        if (pipeline.HasFilters)
        {
            _ledger.Attach(session);
        }
    }

    /// <summary>The profile of the session: which variants of the filters run. Empty for none. Set it before the first stage that it should govern.</summary>
    /// <exception cref="ArgumentException">The pipeline has no such profile.</exception>
    public string Profile
    {
        get => _plan.Profile;
        set => _plan = _pipeline.PlanOf(value);
    }

    /// <summary>Keeps what each filter saw and said; <c>null</c> when nobody wants to know. The session tells it of refusals and commits, and flushes it at its end.</summary>
    public ExplainTrace? Trace { get; }

    /// <summary>The session that it runs for.</summary>
    public Session Session => _session;

    /// <summary>The span that calls of filters belong to: of the transaction, else of the connection. The session sets it; <c>null</c>, the default, when it is not traced.</summary>
    public Activity? Span { get => _ledger.Span; set => _ledger.Span = value; }

    /// <summary>Name of the filter whose verdict was answered last; <c>null</c> when it was the driver itself or nothing was. For the log.</summary>
    public string? DecidedBy { get; private set; }

    /// <summary>Name of the filter that decided about a recipient at <see cref="MessageAsync"/>; <c>null</c> when none did. For the log.</summary>
    /// <param name="recipientIndex">Index of the recipient.</param>
    public string? DeciderOf(int recipientIndex) => _message.DeciderOf(recipientIndex);

    /// <summary>Gives a recipient a profile of his own, before <see cref="RcptAsync"/>.</summary>
    /// <param name="recipient">The recipient.</param>
    /// <param name="profile">A profile of the pipeline.</param>
    /// <exception cref="ArgumentException">The pipeline has no such profile.</exception>
    public void SetProfile(Recipient recipient, string profile)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        MessageVerdicts.SetPlan(recipient, _pipeline.PlanOf(profile));
    }

    /// <summary>The profile of a recipient: his own, or that of the session.</summary>
    /// <param name="recipient">The recipient; <c>null</c> for one that a filter added.</param>
    public string ProfileOf(Recipient? recipient) => MessageVerdicts.PlanOf(recipient, _plan).Profile;

    /// <summary>Whether two recipients can share a message: nothing that can refuse after the content differs between their profiles. For <c>SplitByProfile</c>.</summary>
    /// <param name="first">A recipient of the transaction.</param>
    /// <param name="second">Another one.</param>
    public bool CanShare(Recipient first, Recipient second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return _pipeline.Plans.CanShare(MessageVerdicts.PlanOf(first, _plan), MessageVerdicts.PlanOf(second, _plan));
    }

    /// <summary>Runs connect filters.</summary>
    public ValueTask<Verdict> ConnectAsync() => RunAsync(Stage.Connect, default);

    /// <summary>Runs HELO filters. A verdict held from an earlier HELO is replaced.</summary>
    public ValueTask<Verdict> HelloAsync()
    {
        _held.Hold(Stage.Hello, default);
        _capture?.Hello(_session);
        return RunAsync(Stage.Hello, default);
    }

    /// <summary>Runs AUTH filters. What they refuse is answered at once, whatever <see cref="RejectAt"/> says: a client must know whether it is logged in.</summary>
    public ValueTask<Verdict> AuthAsync() => RunAsync(Stage.Auth, default);

    /// <summary>Reports a violation; each kind reaches filters once a session.</summary>
    /// <param name="violation">What happened.</param>
    public ValueTask<Verdict> ViolationAsync(ProtocolViolation violation)
    {
        int bit = 1 << (int)violation;
        if ((_violations & bit) != 0)
        {
            return default;
        }

        _violations |= bit;
        _capture?.Violation(violation);
        return RunAsync(Stage.Violation, violation);
    }

    /// <summary>Forgets what HELO filters held, after STARTTLS (RFC 3207 §4.2).</summary>
    public void ResetHello() => _held.Hold(Stage.Hello, default);

    /// <summary>Runs MAIL filters, and begins the transaction's changes and held verdicts.</summary>
    /// <param name="transaction">The transaction.</param>
    public ValueTask<Verdict> MailAsync(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        _transaction = transaction;
        _held.Hold(Stage.Mail, default);
        _ledger.ResetTransaction();
        _capture?.Mail(transaction);
        Trace?.Add(new ExplainItem { Kind = ExplainItemKind.Mail, Transaction = transaction.Id, From = transaction.ReversePath });
        return RunAsync(Stage.Mail, default, transaction);
    }

    /// <summary>Runs the filters that are asked before relay control and recipient validity. What refuses is answered now; anything less is dropped.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="forwardPath">The recipient that the client names.</param>
    public ValueTask<Verdict> RcptAttemptAsync(Transaction transaction, MailPath forwardPath)
    {
        _capture?.Rcpt(transaction, forwardPath);
        return RunAsync(Stage.RcptAttempt, default, transaction, forwardPath);
    }

    /// <summary>Runs RCPT filters, and answers what was held: nothing held refuses postmaster but a disconnecting verdict.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="recipient">The recipient asked for.</param>
    public ValueTask<Verdict> RcptAsync(Transaction transaction, Recipient recipient)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(recipient);
        Finding held = _held.Combined;
        StageCall call = new()
        {
            Stage = Stage.Rcpt,
            Session = _session,
            Transaction = transaction,
            Recipient = recipient,
            // RFC 5321 §4.5.1: mail for postmaster is taken whatever was held, so the filters that still apply to it must run.
            OnlyAlways = held.IsTerminal && !recipient.IsPostmaster,
        };
        ValueTask<Finding> run = _stages.RunAsync(call, MessageVerdicts.PlanOf(recipient, _plan).StepsOf(Stage.Rcpt), default);
        return run.IsCompletedSuccessfully ? new ValueTask<Verdict>(AnswerRcpt(recipient, held, run.GetAwaiter().GetResult())) : AnswerRcptAsync(run, recipient, held);
    }

    /// <summary>Writes the header fields inserted so far, to stand among the trace fields; they are not inserted again.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="output">Takes complete fields with CRLF.</param>
    public void WriteTrace(Transaction transaction, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (ReferenceEquals(transaction, _transaction))
        {
            _ledger.Changes.WriteTrace(output);
        }
    }

    /// <summary>Opens the body sinks.</summary>
    /// <param name="transaction">The transaction, with its recipients.</param>
    /// <returns><c>null</c> when no filter wants the body as it arrives.</returns>
    public BodyRun? OpenBody(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        PlanStep[] steps = _content.StepsOf(Stage.Body, transaction, _plan);
        if (steps.Length == 0)
        {
            return null;
        }

        _content.Begin(transaction, _plan);
        StageCall call = new() { Stage = Stage.Body, Session = _session, Transaction = transaction };
        BodyRun body = new(_pipeline.Calls, _ledger, _message, _pipeline.Time, transaction);
        foreach (PlanStep step in steps)
        {
            foreach (FilterNode node in step.Members)
            {
                bool isOtherProtocol = node.Traits.SmtpOnly && _session.Protocol != SessionProtocol.Smtp;
                if (!isOtherProtocol && !StageRunner.IsSkipped(node, call))
                {
                    body.Open(node);
                }
            }
        }

        if (!body.IsEmpty)
        {
            return body;
        }

        body.Abandon();
        return null;
    }

    /// <summary>Completes the sinks and runs message filters.</summary>
    /// <param name="transaction">The transaction; its content is staged and sealed. When <see cref="BodyRun.AllRefused"/> kept it from being staged, the sinks alone speak.</param>
    /// <param name="body">What <see cref="OpenBody"/> returned.</param>
    /// <param name="verdicts">Takes the verdict for each recipient. Disconnect for everybody when the session was given up.</param>
    public ValueTask MessageAsync(Transaction transaction, BodyRun? body, RecipientVerdicts verdicts)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(verdicts);
        _capture?.Content(transaction);
        return _content.RunAsync(transaction, body, verdicts, _plan, _held.Combined);
    }

    /// <summary>Applies the changes and runs seal filters: one group for recipients with equal changes; refused and discarded recipients are in none.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="verdicts">
    /// What <see cref="MessageAsync"/> gave, as reduced by the protocol: recipients to be quarantined carry that verdict. When a seal filter fails and may not
    /// fail open, no group is returned and every verdict is raised to its policy's: nothing may be committed.
    /// </param>
    public ValueTask<IReadOnlyList<DeliveryGroup>> ComposeAsync(Transaction transaction, RecipientVerdicts verdicts)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(verdicts);
        ulong plans = MessageVerdicts.PlansOf(transaction, _plan);
        GroupComposer composer = GroupComposer.Compose(transaction, verdicts, _ledger, _plan, hasMixedPlans: (plans & (plans - 1)) != 0);
        return new GroupSealer(_pipeline.Plans, _stages).SealAsync(transaction, composer, verdicts);
    }

    /// <summary>
    /// Asks filters again that owe a verdict about a message that is ours already: their message stage, with their deadlines and failure policies, and nothing else. The session is one
    /// that stands for the one in which it came; its end is not told to filters, who heard of that long ago.
    /// </summary>
    /// <param name="transaction">The transaction, made again from what was stored, with its content.</param>
    /// <param name="owed">Names of the filters.</param>
    /// <param name="mayPostpone">Whether they may ask for more time.</param>
    /// <param name="verdicts">Takes the verdict for each recipient, of any kind. Disconnect for everybody when the session was given up.</param>
    /// <returns>Names of the filters that owe their verdict still: those that asked for more time, and those that the pipeline does not have.</returns>
    public ValueTask<IReadOnlyList<string>> ResumeAsync(Transaction transaction, IReadOnlyCollection<string> owed, bool mayPostpone, RecipientVerdicts verdicts)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(owed);
        ArgumentNullException.ThrowIfNull(verdicts);
        _isResumed = true;
        _transaction = transaction;
        _ledger.ResetTransaction();
        _ledger.Postponements.MayWaitOn = mayPostpone;
        return _content.ResumeAsync(transaction, owed, verdicts, _plan);
    }

    /// <summary>Takes over the room that a message has that waits for filters, once it is given to the store.</summary>
    /// <returns>Bytes to be given back when the commit has ended; 0 for none.</returns>
    public long TakePendingRoom() => _ledger.Postponements.TakeRoom();

    /// <summary>Ends the transaction: held MAIL verdicts, staged changes and profiles are forgotten.</summary>
    /// <param name="transaction">The transaction.</param>
    public void EndTransaction(Transaction transaction)
    {
        // Packages of QMTP may be in flight together: the end of an earlier one is not the end of the one that has begun since.
        if (ReferenceEquals(transaction, _transaction))
        {
            _transaction = null;
            _held.Hold(Stage.Mail, default);
            _ledger.ResetTransaction();
        }
    }

    /// <summary>Runs session end filters and lets the pipeline go.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        try
        {
            _ledger.Postponements.Clear();
            if (!_isResumed)
            {
                await _stages.RunAsync(new StageCall { Stage = Stage.End, Session = _session }, _plan.StepsOf(Stage.End), default);
            }
        }
        finally
        {
            if (_capture is not null && !_isResumed)
            {
                _capture.Close(_session);
                _pipeline.Events!.Capture!.Write(_capture);
            }

            _pipeline.EndRun();
        }
    }

    private ValueTask<Verdict> RunAsync(Stage stage, ProtocolViolation violation, Transaction? transaction = null, MailPath? forwardPath = null)
    {
        PlanStep[] steps = _plan.StepsOf(stage);
        if (steps.Length == 0)
        {
            return default;
        }

        StageCall call = new()
        {
            Stage = stage,
            Session = _session,
            Transaction = transaction,
            ForwardPath = forwardPath,
            Violation = violation,
            OnlyAlways = _held.Combined.IsTerminal,
        };
        ValueTask<Finding> run = _stages.RunAsync(call, steps, default);
        return run.IsCompletedSuccessfully ? new ValueTask<Verdict>(Answer(stage, run.GetAwaiter().GetResult())) : AnswerAsync(run, stage);
    }

    private async ValueTask<Verdict> AnswerAsync(ValueTask<Finding> run, Stage stage) => Answer(stage, await run);

    private Verdict Answer(Stage stage, Finding finding)
    {
        bool isAtOnce = finding.Kind == VerdictKind.Disconnect || (finding.IsRefusal && (stage is Stage.Auth or Stage.RcptAttempt || _rejectAt == RejectAt.Stage));
        if (!isAtOnce)
        {
            _held.Hold(stage, finding);
            return Verdict.Continue;
        }

        // What a refusal outranked still holds for what the client does next.
        _held.Hold(stage, new Finding(finding.Mild, null, finding.Mild));
        DecidedBy = finding.Node?.Name;
        return finding.Verdict;
    }

    private async ValueTask<Verdict> AnswerRcptAsync(ValueTask<Finding> run, Recipient recipient, Finding held) => AnswerRcpt(recipient, held, await run);

    private Verdict AnswerRcpt(Recipient recipient, Finding held, Finding finding)
    {
        Finding kept = recipient.IsPostmaster ? new Finding(held.Mild, held.Node, held.Mild) : held;
        Finding total = Finding.MostSevere(kept, finding);
        if (total.IsRefusal)
        {
            DecidedBy = total.Node?.Name;
            return total.Verdict;
        }

        if (total.Kind != VerdictKind.Continue)
        {
            ContentStage.SetSeed(recipient, total);
        }

        return Verdict.Continue;
    }
}
