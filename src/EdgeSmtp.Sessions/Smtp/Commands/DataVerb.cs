using System.Buffers;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Connections;

namespace EdgeSmtp.Sessions.Smtp.Commands;

/// <summary>DATA (RFC 5321 §4.1.1.4). Content goes from the pipe into one rented buffer, and from there to staging and sinks; while they work, nothing more is read.</summary>
internal sealed class DataVerb : ISmtpCommand
{
    private const int ChunkBytes = 16 * 1024;

    public async ValueTask<Next> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument)
    {
        SmtpReply? refusal = Refuse(session, argument);
        if (refusal is null && session.State == SmtpState.Rcpt)
        {
            refusal = await ContentStart.BeginAsync(session);
        }

        if (refusal is not null)
        {
            return await ContentStart.RefuseAsync(session, refusal);
        }

        session.Channel.Write(SmtpReplies.StartMailInput.Wire.Span);
        await session.Channel.FlushAsync();
        return await ReceiveAsync(session) is { } early ? early : await ContentEnd.RunAsync(session, session.DataDecoder.Flags, session.DataDecoder.LongestLine);
    }

    private static SmtpReply? Refuse(SmtpSession session, ReadOnlyMemory<byte> argument)
    {
        if (!argument.IsEmpty)
        {
            return SmtpReplies.NoArgumentsAllowed;
        }

        if (session.State == SmtpState.Mail)
        {
            // RFC 5321 §3.3 lets us choose; 554 says that it was the recipients.
            return session.TriedRecipients ? SmtpReplies.NoValidRecipients : SmtpReplies.RcptFirst;
        }

        // RFC 3030 §3: DATA cannot carry binary content.
        return session.Transaction.Body == BodyType.BinaryMime ? SmtpReplies.DataNotAllowed : null;
    }

    /// <returns><c>null</c> when the content is complete; else how the session goes on.</returns>
    private static async ValueTask<Next?> ReceiveAsync(SmtpSession session)
    {
        DataDecoder decoder = session.DataDecoder;
        decoder.Reset();
        ContentClock clock = new(session.Options, session.Services.Time);
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            while (true)
            {
                DecodeStatus status = Decode(decoder, session.Channel, chunk, out int filled);
                if (filled > 0)
                {
                    await session.Channel.Watch.WhileAsync(session.Content.TakeAsync(chunk.AsMemory(0, filled)));
                }

                if (status == DecodeStatus.End)
                {
                    return null;
                }

                if (session.Content.IsHopeless)
                {
                    ContentEnd.CountBytes(session);
                    return ContentEnd.GiveUp(session, session.Content.Bytes);
                }

                if (status == DecodeStatus.NeedInput && await ReadMoreAsync(session, clock) is { } early)
                {
                    ContentEnd.Abandon(session);
                    return early;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private static async ValueTask<Next?> ReadMoreAsync(SmtpSession session, ContentClock clock)
    {
        ReadOutcome outcome;
        do
        {
            outcome = await session.Channel.ReadAsync(clock.Left(session.Content.Bytes));
        }
        while (outcome == ReadOutcome.Woken);

        return outcome == ReadOutcome.Data ? null : session.CloseFor(outcome);
    }

    /// <summary>Decodes what the channel holds until the chunk is full or the content ends.</summary>
    private static DecodeStatus Decode(DataDecoder decoder, SessionChannel channel, Span<byte> chunk, out int filled)
    {
        filled = 0;
        DecodeStatus status = DecodeStatus.NeedInput;
        while (status == DecodeStatus.NeedInput && !channel.Buffer.IsEmpty)
        {
            status = decoder.Decode(channel.Buffer.FirstSpan, chunk[filled..], out int consumed, out int written);
            channel.Consume(consumed);
            filled += written;
        }

        return status;
    }
}
