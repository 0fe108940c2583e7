using System.Buffers;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Connections;

namespace EdgeSmtp.Sessions.Smtp.Commands;

/// <summary>BDAT (RFC 3030 §2). Whatever the reply, the octets of the chunk are taken from the stream, so that none of them is ever read as a command.</summary>
internal sealed class BdatVerb : ISmtpCommand
{
    private const int ChunkBytes = 16 * 1024;

    public async ValueTask<Next> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument)
    {
        if (BdatCommand.TryParse(argument.Span, out BdatCommand command) != CommandError.None)
        {
            // Where the chunk ends is unknown, so what follows cannot be read as anything.
            return session.Close(SmtpReplies.SyntaxErrorInArguments, SessionEnd.Violation);
        }

        if (command.SizeBytes > session.MessageSizeMax * 2)
        {
            return GiveUp(session, command.SizeBytes);
        }

        SmtpReply? refusal = Refuse(session);
        if (refusal is null && session.State == SmtpState.Rcpt)
        {
            refusal = await BeginAsync(session);
        }

        if (refusal is not null)
        {
            return await SkipAsync(session, command.SizeBytes) ?? await ContentStart.RefuseAsync(session, refusal);
        }

        return await ReceiveAsync(session, command.SizeBytes) is { } early ? Abandon(session, early) : await FinishAsync(session, command);
    }

    private static SmtpReply? Refuse(SmtpSession session)
    {
        if (!session.Options.Chunking)
        {
            return SmtpReplies.NotImplemented;
        }

        if (StateTable.Refuse(session.State, SmtpVerb.Bdat) is { } outOfSequence)
        {
            return outOfSequence;
        }

        return session.State != SmtpState.Mail ? null : session.TriedRecipients ? SmtpReplies.NoValidRecipients : SmtpReplies.RcptFirst;
    }

    private static async ValueTask<SmtpReply?> BeginAsync(SmtpSession session)
    {
        SmtpReply? refusal = await ContentStart.BeginAsync(session);
        if (refusal is not null)
        {
            return refusal;
        }

        session.ChunkClock = new ContentClock(session.Options, session.Services.Time);
        session.ChunkScanner.Reset(session.Transaction.Body == BodyType.BinaryMime ? ContentCoding.Binary : ContentCoding.Crlf);
        session.State = SmtpState.Bdat;
        return null;
    }

    private static Next GiveUp(SmtpSession session, long sizeBytes)
    {
        if (!session.Transaction.IsActive)
        {
            return session.Close(SmtpReplies.MessageTooLarge, SessionEnd.Violation);
        }

        if (session.State == SmtpState.Bdat)
        {
            ContentEnd.CountBytes(session);
        }

        return ContentEnd.GiveUp(session, sizeBytes);
    }

    private static Next Abandon(SmtpSession session, Next early)
    {
        ContentEnd.Abandon(session);
        return early;
    }

    private static async ValueTask<Next> FinishAsync(SmtpSession session, BdatCommand command)
    {
        ContentScanner scanner = session.ChunkScanner;
        if (command.Last)
        {
            ArrayBufferWriter<byte> held = new(16);
            scanner.Finish(held);
            await session.Content.TakeAsync(held.WrittenMemory);
            return await ContentEnd.RunAsync(session, scanner.Flags, scanner.LongestLine);
        }

        if (session.Content.Refusal is null)
        {
            return session.Reply(SmtpReplies.ChunkOk(command.SizeBytes));
        }

        // RFC 3030 §2: a chunk that fails ends the transaction; chunks behind it get 503.
        return await ContentEnd.RunAsync(session, scanner.Flags, scanner.LongestLine);
    }

    /// <returns><c>null</c> when the chunk is complete; else how the session goes on.</returns>
    private static async ValueTask<Next?> ReceiveAsync(SmtpSession session, long sizeBytes)
    {
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            long left = sizeBytes;
            while (left > 0)
            {
                left -= Decode(session.ChunkScanner, session.Channel, left, chunk, out int filled);
                if (filled > 0)
                {
                    await session.Channel.Watch.WhileAsync(session.Content.TakeAsync(chunk.AsMemory(0, filled)));
                }

                if (left > 0 && session.Channel.Buffer.IsEmpty && await ReadMoreAsync(session, session.ChunkClock, session.Content.Bytes) is { } early)
                {
                    return early;
                }
            }

            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>Takes the octets of a chunk that is refused.</summary>
    private static async ValueTask<Next?> SkipAsync(SmtpSession session, long sizeBytes)
    {
        ContentClock clock = new(session.Options, session.Services.Time);
        long left = sizeBytes;
        while (left > 0)
        {
            long taken = Math.Min(left, session.Channel.Buffer.Length);
            session.Channel.Consume(taken);
            left -= taken;
            if (left > 0 && await ReadMoreAsync(session, clock, sizeBytes - left) is { } early)
            {
                return early;
            }
        }

        return null;
    }

    private static async ValueTask<Next?> ReadMoreAsync(SmtpSession session, ContentClock clock, long bytes)
    {
        ReadOutcome outcome;
        do
        {
            outcome = await session.Channel.ReadAsync(clock.Left(bytes));
        }
        while (outcome == ReadOutcome.Woken);

        return outcome == ReadOutcome.Data ? null : session.CloseFor(outcome);
    }

    /// <returns>Octets of the chunk that were used.</returns>
    private static long Decode(ContentScanner scanner, SessionChannel channel, long left, Span<byte> chunk, out int filled)
    {
        filled = 0;
        long used = 0;
        DecodeStatus status = DecodeStatus.NeedInput;
        while (status == DecodeStatus.NeedInput && used < left && !channel.Buffer.IsEmpty)
        {
            ReadOnlySpan<byte> input = channel.Buffer.FirstSpan;
            if (input.Length > left - used)
            {
                input = input[..(int)(left - used)];
            }

            status = scanner.Decode(input, chunk[filled..], out int consumed, out int written);
            channel.Consume(consumed);
            used += consumed;
            filled += written;
        }

        return used;
    }
}
