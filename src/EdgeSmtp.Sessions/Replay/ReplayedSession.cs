using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Capture;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Mail;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Sessions.Replay;

/// <summary>A recorded session under way: the client's part comes from the record.</summary>
internal sealed class ReplayedSession(OpenedSession opened, IStagingArea staging, TimeProvider time, IEventLog events, ILogger logger)
{
    private readonly MailTransaction _transaction = new(opened.Client, staging);
    private readonly RecipientJudge _recipients = new(opened.Snapshot, opened.Filters, new RecipientControl(opened.Snapshot, opened.Client, logger));
    private readonly MailEvents _events = new(events, opened, time);
    private readonly TraceFields _trace = new();
    private readonly RecipientVerdicts _verdicts = new();
    private readonly RecipientVerdicts _reduced = new();

    /// <summary>What could not be replayed.</summary>
    public ReplayResult Result { get; private set; }

    private InboundSession Client => opened.Client;

    private FilterRun Filters => opened.Filters;

    /// <summary>The client connects.</summary>
    /// <returns>Whether the session goes on.</returns>
    public async ValueTask<bool> BeginAsync()
    {
        if (Client.Access.IsDenied)
        {
            _events.SessionRefused(SmtpReplies.AccessDenied.Code, "access-rule");
            return false;
        }

        Verdict verdict = await Filters.ConnectAsync();
        Client.MarkGreeted();
        Tell(verdict, null);
        return verdict.Kind < VerdictKind.Defer;
    }

    /// <summary>The client takes a step; steps that tell what became of it are passed over.</summary>
    /// <param name="step">The step.</param>
    /// <returns>Whether the session goes on.</returns>
    public async ValueTask<bool> StepAsync(CapturedStep step)
    {
        switch (step.Kind)
        {
            case CapturedStepKind.Hello:
                return await HelloAsync(step);
            case CapturedStepKind.Violation:
                return Tell(await Filters.ViolationAsync(step.Violation), null);
            case CapturedStepKind.Mail:
                return await MailAsync(step);
            case CapturedStepKind.Rcpt when _transaction.IsActive:
                return await RcptAsync(step);
            case CapturedStepKind.Content when _transaction.Recipients.Count > 0:
                return await ContentAsync(step);
            default:
                return true;
        }
    }

    /// <summary>Tells of a verdict that refuses.</summary>
    /// <returns>Whether the session goes on.</returns>
    private bool Tell(Verdict verdict, MailTransaction? transaction)
    {
        if (verdict.Kind < VerdictKind.Defer)
        {
            return true;
        }

        if (transaction is null)
        {
            _events.SessionRefused(verdict.Reason!.Code, "filter", verdict, Filters.DecidedBy);
        }
        else
        {
            _events.TransactionRefused(transaction, verdict.Reason!.Code, "filter", 0, verdict, Filters.DecidedBy);
        }

        return verdict.Kind != VerdictKind.Disconnect;
    }

    private async ValueTask<bool> HelloAsync(CapturedStep step)
    {
        if (step.Tls is { } tls && Client.Tls is null)
        {
            Client.EnterTls(tls);
            Filters.ResetHello();
        }

        if (HelloArgument.TryParse(Encoding.UTF8.GetBytes(step.Name ?? string.Empty), out HelloArgument hello) == CommandError.None)
        {
            Client.Introduce(step.HelloKind, hello);
            return Tell(await Filters.HelloAsync(), null);
        }

        return true;
    }

    private async ValueTask<bool> MailAsync(CapturedStep step)
    {
        End();
        _ = MessageId.TryParse(step.Transaction, out MessageId id);
        _transaction.Begin(id, step.Command with { ReversePath = step.Path! });
        Verdict verdict = await Filters.MailAsync(_transaction);
        bool goesOn = Tell(verdict, _transaction);
        if (verdict.Kind >= VerdictKind.Defer)
        {
            End();
        }

        return goesOn;
    }

    private async ValueTask<bool> RcptAsync(CapturedStep step)
    {
        (RecipientDecision decision, Verdict verdict) = await _recipients.JudgeAsync(_transaction, step.Path!);
        if (decision.Refusal is not null)
        {
            RecipientRefusal.Tell(Client, _events, _transaction, step.Path!, decision);
        }
        else if (verdict.Kind >= VerdictKind.Defer)
        {
            RecipientRefusal.Tell(Client, _events, _transaction, step.Path!, verdict, Filters);
        }

        return verdict.Kind != VerdictKind.Disconnect;
    }

    private async ValueTask<bool> ContentAsync(CapturedStep step)
    {
        if (step.Content is not { } content)
        {
            Result = ReplayResult.WithoutContent;
            End();
            return true;
        }

        _transaction.Staged = staging.TryBegin(content.Length);
        if (_transaction.Staged is null || !_transaction.Staged.TryAppend(content.Span))
        {
            Result = ReplayResult.OutOfMemory;
            End();
            return true;
        }

        _transaction.Staged.SetTrace(_trace.Build(_transaction, Filters, opened.Snapshot.Hostname, time.GetUtcNow()).Span);
        _transaction.Seal();
        await StagedFilters.RunAsync(Filters, _transaction, _verdicts);
        Verdict refusal = MixedVerdicts.Reduce(_verdicts, _reduced);
        if (refusal.Kind >= VerdictKind.Defer)
        {
            _events.TransactionRefused(_transaction, refusal.Reason!.Code, "filter", content.Length, refusal, MixedVerdicts.DeciderOf(Filters, _verdicts));
        }
        else
        {
            bool isDiscarded = Enumerable.Range(0, _reduced.Count).All(i => _reduced[i].Kind == VerdictKind.Discard);
            Filters.Trace?.Committed(_transaction.Id, isDiscarded);
        }

        End();
        return refusal.Kind != VerdictKind.Disconnect;
    }

    private void End()
    {
        if (_transaction.IsActive)
        {
            Filters.EndTransaction(_transaction);
            _transaction.Reset();
        }
    }
}
