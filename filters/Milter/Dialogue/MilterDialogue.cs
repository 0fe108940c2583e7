using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Milter.Wire;

namespace EdgeSmtp.Filters.Milter.Dialogue;

/// <summary>What one session has with the milter: its connection, what the milter said of the session, and what became of the message at hand.</summary>
/// <remarks>Not thread-safe: a session asks one thing at a time. Only <see cref="Dispose"/> may come while a call that was left behind still runs.</remarks>
internal sealed class MilterDialogue(MilterPeer peer, Session session) : IDisposable
{
    private MilterLink? _link;
    private int _isReserved;
    private Verdict? _sessionVerdict;
    private string? _message;
    private bool _isConcluded;
    private bool _hasRecipients;
    private string? _failure;
    private volatile bool _isEnded;

    /// <summary>Begins a message. The milter is told of the client and its HELO first, where it does not know them.</summary>
    public ValueTask<Verdict> MailAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        _message = transaction.Id;
        _isConcluded = _hasRecipients = false;
        _failure = null;
        if (_sessionVerdict is { } verdict)
        {
            return verdict;
        }

        if (_link is { IsStale: true })
        {
            Drop();
        }

        if (_link is null)
        {
            if (!peer.TryReserve())
            {
                return Fail("as many sessions as may have a connection to it have one");
            }

            _isReserved = 1;
        }

        return AskAsync((Dialogue: this, transaction), static (state, token) => state.Dialogue.BeginAsync(state.transaction, token), cancellationToken);
    }

    /// <summary>Tells of a recipient. What the milter refuses is this recipient alone.</summary>
    public async ValueTask<Verdict> RecipientAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        Verdict begun = await EnsureBegunAsync(transaction, cancellationToken).ConfigureAwait(false);
        if (IsOver(begun))
        {
            return begun;
        }

        Verdict verdict = await AskAsync(
            (Dialogue: this, transaction, recipient),
            static (state, token) => state.Dialogue.TellRecipientAsync(state.transaction, state.recipient, token),
            cancellationToken).ConfigureAwait(false);
        _hasRecipients |= verdict.Kind == VerdictKind.Continue;
        return verdict;
    }

    /// <summary>Sends the message, and asks for the changes that the milter wants.</summary>
    public async ValueTask<Verdict> MessageAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        Verdict begun = await EnsureBegunAsync(transaction, cancellationToken).ConfigureAwait(false);
        return IsOver(begun)
            ? begun
            : await AskAsync(
                (Dialogue: this, transaction),
                static (state, token) => state.Dialogue.SendMessageAsync(state.transaction, token),
                cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes leave of the milter. Nobody waits for it.</summary>
    public void Dispose()
    {
        _isEnded = true;
        _link?.Quit();
        Drop();
    }

    private bool IsOver(Verdict begun) => begun.Kind != VerdictKind.Continue || _isConcluded || _failure is not null || _sessionVerdict is not null;

    /// <summary>A verdict that is held leaves filters out at MAIL; for postmaster, whom none of those refuses, this one is asked from RCPT on.</summary>
    private ValueTask<Verdict> EnsureBegunAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        if (_message != transaction.Id)
        {
            return MailAsync(transaction, cancellationToken);
        }

        return _failure is null ? Verdict.Continue : Fail(_failure);
    }

    private async ValueTask<Verdict> AskAsync<TState>(TState state, Func<TState, CancellationToken, ValueTask<Verdict>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await peer.AskAsync(state, call, cancellationToken).ConfigureAwait(false);
        }
        catch (MilterException failure)
        {
            Drop();
            return Fail(failure.Message);
        }
        catch
        {
            // Given up in the middle of an exchange: what would come next on this connection is the answer to that. If the message goes on all the same, the milter is told of it anew, unless
            // it has recipients already: those would not be told again, and the message passes for none of them without the milter.
            if (_hasRecipients)
            {
                _failure = $"milter {peer.Options.Address}: it was given up before it answered";
            }
            else
            {
                _message = null;
            }

            Drop();
            throw;
        }
        finally
        {
            if (_isEnded)
            {
                Drop();
            }
        }
    }

    /// <summary>The milter failed, and what it would have said of this message is not known: nothing of the message passes as if it had been asked.</summary>
    private Verdict Fail(string detail)
    {
        _failure = detail;
        return peer.Options.OnFailure == MilterFailureAction.Quarantine ? Verdict.From(MilterFilter.Failed, detail) : throw new MilterException(detail);
    }

    private void Drop()
    {
        Interlocked.Exchange(ref _link, null)?.Dispose();
        if (Interlocked.Exchange(ref _isReserved, 0) == 1)
        {
            peer.Release();
        }
    }

    private async ValueTask<Verdict> BeginAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        MilterReply? reply = null;
        if (_link is null)
        {
            string name = await NameOfClientAsync(cancellationToken).ConfigureAwait(false);
            MilterMacros macros = new(session, peer.Hostname, name);
            _link = new MilterLink(await peer.OpenAsync(cancellationToken).ConfigureAwait(false), peer.Options, macros);
            reply = await _link.ConnectAsync(session, name, cancellationToken).ConfigureAwait(false);
        }

        if (reply is null && session.Hello is { } hello && _link.Said != (hello, session.IsTls))
        {
            reply = await _link.HelloAsync(hello, session.IsTls, cancellationToken).ConfigureAwait(false);
        }

        if (reply is not null)
        {
            // Of the client as such: it holds for all that the client still sends.
            Verdict verdict = VerdictOf(reply);
            _sessionVerdict = verdict;
            _link.Quit();
            Drop();
            return verdict;
        }

        return Conclude(await _link.MailAsync(transaction, cancellationToken).ConfigureAwait(false));
    }

    private async ValueTask<Verdict> TellRecipientAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        MilterReply? reply = await _link!.RecipientAsync(transaction, recipient, cancellationToken).ConfigureAwait(false);
        return reply is { Kind: MilterReplyKind.Reject or MilterReplyKind.TemporaryFailure or MilterReplyKind.ReplyCode } ? VerdictOf(reply) : Conclude(reply);
    }

    private async ValueTask<Verdict> SendMessageAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        MilterHeader header = MilterHeader.Read(peer.ContentOf(transaction), transaction.Content!, out ReadOnlySequence<byte> body);
        MilterReply? early = await _link!.ContentAsync(transaction, header, body, cancellationToken).ConfigureAwait(false);
        if (early is not null)
        {
            return Conclude(early);
        }

        MilterChangeList changes = new(peer.Offered, peer.Options);
        MilterReply last = await _link.EndOfBodyAsync(transaction, changes, cancellationToken).ConfigureAwait(false);
        Verdict verdict = last.Kind == MilterReplyKind.Continue ? Verdict.Continue : VerdictOf(last);
        if (verdict.Kind > VerdictKind.Quarantine)
        {
            return verdict;
        }

        changes.Apply(peer.ChangesTo(transaction), transaction, header);
        return changes.Quarantine is { } why ? Verdict.MostSevere(verdict, Verdict.From(MilterFilter.Quarantined, why)) : verdict;
    }

    /// <summary>What an answer comes to that is not "go on": the milter has nothing more to say of this message.</summary>
    private Verdict Conclude(MilterReply? reply)
    {
        if (reply is null)
        {
            return Verdict.Continue;
        }

        Verdict verdict = VerdictOf(reply);
        _isConcluded = true;
        _link!.Conclude();
        return verdict;
    }

    private Verdict VerdictOf(MilterReply reply) => MilterVerdicts.Of(reply, peer.Options.OnDiscard);

    private async ValueTask<string> NameOfClientAsync(CancellationToken cancellationToken)
    {
        string? name = session.ClientNameLookup is { } lookup ? (await lookup.WaitAsync(cancellationToken).ConfigureAwait(false)).Name : session.ClientName;
        return name ?? "unknown";
    }
}
