using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Milter.Wire;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Filters.Milter.Dialogue;

/// <summary>A connection to the milter, and how far the milter has been told of a session. Says one thing after the other, and leaves out what the milter does not want to hear.</summary>
internal sealed class MilterLink(MilterConnection connection, MilterFilterOptions options, MilterMacros macros) : IDisposable
{
    /// <summary>What needs no answer is gathered up to here, and sent with what does.</summary>
    private const int GatheredBytesMax = 65_536;

    private bool _isInMessage;

    /// <summary>HELO as the milter knows it, and whether that was under TLS; <c>null</c> before.</summary>
    public (string Hello, bool IsTls)? Said { get; private set; }

    /// <summary>Whether the connection is of no use any more, as after a restart of the milter.</summary>
    public bool IsStale => connection.IsStale;

    /// <summary>Tells who the client is.</summary>
    public ValueTask<MilterReply?> ConnectAsync(Session session, string clientName, CancellationToken cancellationToken)
    {
        if (!Tells(MilterSteps.NoConnect, MacroStage.Connect, MilterCommand.Connect))
        {
            return default;
        }

        connection.Output.Connect(clientName, session.Client);
        return AnswerAsync(MilterSteps.NoReplyConnect, options.CommandTimeout, cancellationToken);
    }

    /// <summary>Tells how it introduced itself.</summary>
    public ValueTask<MilterReply?> HelloAsync(string hello, bool isTls, CancellationToken cancellationToken)
    {
        Abort();
        Said = (hello, isTls);
        if (!Tells(MilterSteps.NoHello, MacroStage.Hello, MilterCommand.Hello))
        {
            return default;
        }

        connection.Output.Command(MilterCommand.Hello, hello);
        return AnswerAsync(MilterSteps.NoReplyHello, options.CommandTimeout, cancellationToken);
    }

    /// <summary>Begins a message; one that was not ended is given up.</summary>
    public ValueTask<MilterReply?> MailAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        Abort();
        _isInMessage = true;
        if (!Tells(MilterSteps.NoMail, MacroStage.Mail, MilterCommand.Mail, transaction))
        {
            return default;
        }

        connection.Output.Path(MilterCommand.Mail, transaction.ReversePath.Bytes.Span, MilterParameters.Of(transaction));
        return AnswerAsync(MilterSteps.NoReplyMail, options.CommandTimeout, cancellationToken);
    }

    /// <summary>Tells of a recipient.</summary>
    public ValueTask<MilterReply?> RecipientAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        if (!Tells(MilterSteps.NoRecipient, MacroStage.Recipient, MilterCommand.Recipient, transaction, recipient))
        {
            return default;
        }

        connection.Output.Path(MilterCommand.Recipient, recipient.ForwardPath.Bytes.Span, MilterParameters.Of(recipient));
        return AnswerAsync(MilterSteps.NoReplyRecipient, options.CommandTimeout, cancellationToken);
    }

    /// <summary>Sends the message up to its end, which <see cref="EndOfBodyAsync"/> is.</summary>
    /// <returns>The answer that ended it early; <c>null</c> when all was taken.</returns>
    public async ValueTask<MilterReply?> ContentAsync(Transaction transaction, MilterHeader header, ReadOnlySequence<byte> body, CancellationToken cancellationToken)
    {
        if (Tells(MilterSteps.NoData, MacroStage.Data, MilterCommand.Data, transaction))
        {
            connection.Output.Command(MilterCommand.Data);
            if (await AnswerAsync(MilterSteps.NoReplyData, options.CommandTimeout, cancellationToken).ConfigureAwait(false) is { } ended)
            {
                return ended;
            }
        }

        return await HeaderAsync(header, cancellationToken).ConfigureAwait(false)
            ?? await EndOfHeaderAsync(transaction, cancellationToken).ConfigureAwait(false)
            ?? await BodyAsync(body, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the message, and waits for what the milter makes of it.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="changes">Takes what is to be changed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<MilterReply> EndOfBodyAsync(Transaction transaction, MilterChangeList changes, CancellationToken cancellationToken)
    {
        Tells(MilterSteps.None, MacroStage.EndOfMessage, MilterCommand.EndOfBody, transaction);
        connection.Output.Command(MilterCommand.EndOfBody);
        await connection.SendAsync(options.ContentTimeout, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            MilterReply reply = await connection.ReceiveAsync(options.EndTimeout, cancellationToken).ConfigureAwait(false);
            if (reply.IsChange)
            {
                changes.Add(reply);
            }
            else if (reply.Kind != MilterReplyKind.Progress)
            {
                _isInMessage = false;
                return reply;
            }
        }
    }

    /// <summary>The milter has decided about the message before its end, and awaits another.</summary>
    public void Conclude() => _isInMessage = false;

    /// <summary>Takes leave.</summary>
    public void Quit()
    {
        Abort();
        connection.Output.Command(MilterCommand.Quit);
        connection.TrySend();
    }

    /// <inheritdoc />
    public void Dispose() => connection.Dispose();

    private void Abort()
    {
        if (_isInMessage)
        {
            connection.Output.Command(MilterCommand.Abort);
            _isInMessage = false;
        }
    }

    /// <summary>Writes the macros of a command, unless the milter does not want to hear it.</summary>
    private bool Tells(MilterSteps leftOutBy, MacroStage stage, MilterCommand command, Transaction? transaction = null, Recipient? recipient = null)
    {
        if ((connection.Agreed.Steps & leftOutBy) != 0)
        {
            return false;
        }

        List<KeyValuePair<string, string>> known = macros.Of(stage, connection.Agreed.Macros[(int)stage], transaction, recipient);
        if (known.Count > 0)
        {
            connection.Output.Macros(command, known);
        }

        return true;
    }

    private async ValueTask<MilterReply?> HeaderAsync(MilterHeader header, CancellationToken cancellationToken)
    {
        if ((connection.Agreed.Steps & MilterSteps.NoHeaders) != 0)
        {
            return null;
        }

        int next = 0;
        while (TryWriteField(header, ref next))
        {
            if (await AnswerAsync(MilterSteps.NoReplyHeader, options.ContentTimeout, cancellationToken).ConfigureAwait(false) is { } ended)
            {
                return ended;
            }
        }

        return null;
    }

    private bool TryWriteField(MilterHeader header, ref int next)
    {
        foreach (HeaderFieldView field in header.FieldsFrom(next))
        {
            int offset = next;
            next += field.Raw.Length;
            if (header.IsHidden(field, offset))
            {
                continue;
            }

            // Without the agreement milters get values as Sendmail gave them at first: without the white space that follows the colon.
            bool keepsSpace = (connection.Agreed.Steps & MilterSteps.HeaderLeadingSpace) != 0;
            connection.Output.Header(field.Name, keepsSpace ? field.RawValue : field.RawValue.TrimStart(" \t"u8));
            return true;
        }

        return false;
    }

    private ValueTask<MilterReply?> EndOfHeaderAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        if (!Tells(MilterSteps.NoEndOfHeader, MacroStage.EndOfHeader, MilterCommand.EndOfHeader, transaction))
        {
            return default;
        }

        connection.Output.Command(MilterCommand.EndOfHeader);
        return AnswerAsync(MilterSteps.NoReplyEndOfHeader, options.ContentTimeout, cancellationToken);
    }

    private async ValueTask<MilterReply?> BodyAsync(ReadOnlySequence<byte> body, CancellationToken cancellationToken)
    {
        if ((connection.Agreed.Steps & MilterSteps.NoBody) != 0)
        {
            return null;
        }

        while (!body.IsEmpty)
        {
            ReadOnlySequence<byte> piece = body.Slice(0, Math.Min(body.Length, MilterWriter.ChunkBytesMax));
            body = body.Slice(piece.Length);
            connection.Output.Body(piece);
            MilterReply? reply = await AnswerAsync(MilterSteps.NoReplyBody, options.ContentTimeout, cancellationToken).ConfigureAwait(false);
            if (reply is { Kind: MilterReplyKind.Skip })
            {
                // It has seen enough of the body; it still wants to be told of its end.
                return null;
            }

            if (reply is not null)
            {
                return reply;
            }
        }

        return null;
    }

    /// <summary>Waits for the answer to what was written, unless the milter gives none to it.</summary>
    /// <returns><c>null</c> for "go on".</returns>
    private async ValueTask<MilterReply?> AnswerAsync(MilterSteps noReply, TimeSpan limit, CancellationToken cancellationToken)
    {
        if ((connection.Agreed.Steps & noReply) != 0)
        {
            if (connection.Output.Written.Length > GatheredBytesMax)
            {
                await connection.SendAsync(limit, cancellationToken).ConfigureAwait(false);
            }

            return null;
        }

        await connection.SendAsync(limit, cancellationToken).ConfigureAwait(false);
        MilterReply reply;
        do
        {
            reply = await connection.ReceiveAsync(limit, cancellationToken).ConfigureAwait(false);
        }
        while (reply.Kind == MilterReplyKind.Progress);

        if (reply.IsChange)
        {
            throw new MilterException($"it asks for {reply.Kind} before the end of the message");
        }

        return reply.Kind == MilterReplyKind.Continue ? null : reply;
    }
}
