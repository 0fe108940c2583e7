using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Qmtp;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Connections;
using EdgeSmtp.Sessions.Mail;

namespace EdgeSmtp.Sessions.Qmtp;

/// <summary>Reads packages and gives them to the judge, while the pump answers those before. A FIN ends reading; what was complete is still answered.</summary>
internal sealed class QmtpSession(QmtpListener listener, OpenedSession opened, SessionChannel channel, MailEvents events, ReplyPump pump, PackageJudge judge)
{
    private const int ChunkBytes = 16 * 1024;

    private readonly QmtpPackageParser _parser = new(listener.Kind, LimitsOf(QmtpPackage.MessageSizeMaxOf(listener, opened.Client)));
    private readonly ContentScanner _scanner = new();

    // A stray CR or LF stays refused, whatever a rule says of it.
    private readonly NewlinePolicy _newlinePolicy = listener.NewlinePolicy with { Nul = opened.Client.Access.Nul ?? listener.NewlinePolicy.Nul };
    private QmtpPackage? _package;

    /// <summary>Runs until the client ends, breaks the protocol, or has to leave.</summary>
    public async ValueTask<SessionEnd> RunAsync()
    {
        Verdict connection = await channel.Watch.WhileAsync(opened.Filters.ConnectAsync());
        opened.Spans?.Greeted();
        if (connection.Kind == VerdictKind.Disconnect)
        {
            // QMTP has no greeting to refuse in: the client sees the connection close, the operator why.
            events.SessionRefused(connection.Reason!.Code, "connect", connection, opened.Filters.DecidedBy);
            return opened.Client.IsAborted ? SessionEnd.ClientGone : SessionEnd.Filter;
        }

        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            while (true)
            {
                QmtpEvent found = Advance(chunk);
                if (found == QmtpEvent.Error)
                {
                    // No position in the stream is known to be right any more, or nothing that follows is worth reading.
                    return SessionEnd.Violation;
                }

                if (found == QmtpEvent.PackageEnd)
                {
                    await FinishAsync(connection);
                    if (judge.HasDisconnected && !opened.Client.IsAborted)
                    {
                        return SessionEnd.Filter;
                    }

                    if (listener.IsQmqp)
                    {
                        return SessionEnd.Quit;
                    }
                }
                else if (await ReadMoreAsync() is { } end)
                {
                    return end;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
            if (_package is { } unfinished)
            {
                judge.Abandon(unfinished);
                unfinished.Transaction.Reset();
            }
        }
    }

    private static QmtpLimits LimitsOf(long messageSizeMax) => new()
    {
        // A message over the limit of the options is read to its end and refused; far beyond, the connection is closed.
        MessageBytesMax = (2 * messageSizeMax) + (1024 * 1024),
    };

    private async ValueTask FinishAsync(Verdict connection)
    {
        QmtpPackage package = _package!;
        _package = null;
        await pump.ReserveAsync();
        // The package is complete: a client that closes its half now does what qmail's does, and waits for its replies.
        PendingPackage pending = await channel.Watch.WhileAsync(judge.RunAsync(package, connection), isContentComplete: true);
        foreach (QmtpReply reply in pending.Replies)
        {
            if (reply.Code >= 500)
            {
                opened.Client.CountRefusal();
            }
        }

        pump.Add(pending);
    }

    private async ValueTask<SessionEnd?> ReadMoreAsync()
    {
        if (listener.Services.Drain.IsDraining && _parser.IsAtStart)
        {
            return SessionEnd.Drain;
        }

        return await channel.ReadAsync(listener.Options.ReadTimeout) switch
        {
            ReadOutcome.Data or ReadOutcome.Woken => null,
            ReadOutcome.Ended => _parser.IsAtStart ? SessionEnd.Quit : SessionEnd.ClientGone,
            ReadOutcome.TimedOut => SessionEnd.Timeout,
            _ => SessionEnd.SessionTimeout,
        };
    }

    /// <summary>Reads what the channel holds.</summary>
    /// <returns><see cref="QmtpEvent.NeedMore"/>, <see cref="QmtpEvent.PackageEnd"/> or <see cref="QmtpEvent.Error"/>.</returns>
    private QmtpEvent Advance(byte[] chunk)
    {
        while (true)
        {
            ReadOnlySpan<byte> input = channel.Buffer.FirstSpan;
            QmtpEvent found = _parser.Read(input, out int consumed, out ReadOnlySpan<byte> data);
            Apply(found, data, chunk);
            channel.Consume(consumed);
            if (_package is { IsHopeless: true })
            {
                return QmtpEvent.Error;
            }

            if (found is QmtpEvent.PackageEnd or QmtpEvent.Error || (found == QmtpEvent.NeedMore && channel.Buffer.IsEmpty))
            {
                return found;
            }
        }
    }

    private void Apply(QmtpEvent found, ReadOnlySpan<byte> data, byte[] chunk)
    {
        switch (found)
        {
            case QmtpEvent.MessageStart:
                _package = new QmtpPackage(listener, opened.Client, _scanner);
                _package.Begin(_parser.MessageBytes, _parser.Coding);
                break;
            case QmtpEvent.MessageData:
                _package!.Add(data, chunk);
                break;
            case QmtpEvent.MessageEnd:
                _package!.EndMessage(_newlinePolicy);
                break;
            case QmtpEvent.Sender:
                _package!.SetSender(data);
                break;
            case QmtpEvent.SenderTooLong:
                _package!.RefuseSender();
                break;
            case QmtpEvent.Recipient:
                _package!.AddRecipient(data);
                break;
            case QmtpEvent.RecipientTooLong:
                _package!.AddLongRecipient();
                break;
        }
    }
}
