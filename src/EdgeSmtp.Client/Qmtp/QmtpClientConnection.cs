using System.Buffers;
using EdgeSmtp.Client.Net;
using EdgeSmtp.Client.Smtp;
using EdgeSmtp.Protocol.Netstrings;
using EdgeSmtp.Protocol.Qmtp;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Client.Qmtp;

/// <summary>A connection to a QMTP server. Packages are pipelined: the next one is sent while the replies to the one before are still coming. One operation at a time.</summary>
public sealed class QmtpClientConnection : IDisposable
{
    private const int PieceBytes = 16 * 1024;

    private readonly ClientWire _wire;
    private readonly QmtpClientOptions _options;
    private bool _ended;

    private QmtpClientConnection(ClientWire wire, SmtpTarget target, QmtpClientOptions options, TimeProvider time)
    {
        _wire = wire;
        _options = options;
        Target = target;
        Opened = time.GetTimestamp();
    }

    /// <summary>Where it goes.</summary>
    public SmtpTarget Target { get; }

    /// <summary>Whether TLS is on.</summary>
    public bool IsTls => _wire.Tls is not null;

    /// <summary>When it was opened, as a timestamp of the clock.</summary>
    public long Opened { get; }

    /// <summary>Packages so far.</summary>
    public int Packages { get; private set; }

    /// <summary>Whether the next package can go over it.</summary>
    public bool IsUsable => !_ended && !_wire.IsStale;

    /// <summary>Connects.</summary>
    /// <param name="target">The host.</param>
    /// <param name="options">How to talk to it.</param>
    /// <param name="time">The clock of all timeouts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public static async ValueTask<QmtpConnectResult> OpenAsync(SmtpTarget target, QmtpClientOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        DialResult dial = await Dialer.DialAsync(target.EndPoint, options.Dial, time, cancellationToken);
        if (dial.Socket is null) return new QmtpConnectResult(null, dial.Failure, dial.Detail);
        ClientWire? wire = new(dial.Socket, time);
        try
        {
            wire.Link(cancellationToken);
            if (options.Tls.Implicit) await wire.StartTlsAsync(options.Tls.ForHost(target.Name), options.Tls.HandshakeTimeout);
            wire.Unlink();
            QmtpClientConnection connection = new(wire, target, options, time);
            wire = null;
            return new QmtpConnectResult(connection, DialFailure.None, string.Empty);
        }
        catch (WireException error)
        {
            return new QmtpConnectResult(null, DialFailure.None, error.Message);
        }
        finally
        {
            wire?.Dispose();
        }
    }

    /// <summary>Sends packages and collects their replies.</summary>
    /// <param name="packages">At least one; sent one behind the other without waiting.</param>
    /// <param name="cancellationToken">Gives up: the connection is lost.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async ValueTask<QmtpSendResult> SendAsync(IReadOnlyList<QmtpPackage> packages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(packages);
        QmtpReply?[][] replies = new QmtpReply?[packages.Count][];
        for (int i = 0; i < replies.Length; i++) replies[i] = new QmtpReply?[packages[i].Recipients.Count];

        _ended = true;
        _wire.Link(cancellationToken);
        // Replies are read while later packages are written: a server that stops reading until its replies are taken must not stop us both.
        Task<WireException?> writing = WriteAsync(packages);
        WireException? failure = null;
        try
        {
            failure = await ReadAsync(replies);
            // A reader that gave up closes the connection, which ends the writer.
            if (failure is not null) _wire.HalfClose();
            failure = await writing ?? failure;
        }
        finally
        {
            if (!writing.IsCompleted)
            {
                _wire.Dispose();
                await ((Task)writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            _wire.Unlink();
        }

        Packages += packages.Count;
        _ended = failure is not null;
        return new QmtpSendResult(replies, failure?.Failure ?? WireFailure.None, failure?.Message ?? string.Empty);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _ended = true;
        _wire.Dispose();
    }

    private async Task<WireException?> WriteAsync(IReadOnlyList<QmtpPackage> packages)
    {
        try
        {
            for (int i = 0; i < packages.Count; i++)
            {
                QmtpPackage package = packages[i];
                await WriteContentAsync(package.Content);
                QmtpPackageWriter.WriteEnvelope(package.Sender, package.Recipients, _wire.Output);
                if (_wire.Output.Length > _options.GatherBytesMax || i == packages.Count - 1) await _wire.FlushAsync(_options.BlockTimeout);
            }

            return null;
        }
        catch (WireException error)
        {
            return error;
        }
    }

    /// <summary>
    /// Text goes in LF coding, which every QMTP server reads; some, such as mailfront, read no other. Content that is not plain CRLF text (BINARYMIME) can only
    /// go as it is, in CRLF coding.
    /// </summary>
    private async ValueTask WriteContentAsync(ReadOnlySequence<byte> content)
    {
        bool isText = LfText.TryMeasure(content, out long length);
        QmtpPackageWriter.WriteStart(isText ? length : content.Length, isText ? ContentCoding.Lf : ContentCoding.Crlf, _wire.Output);
        foreach (ReadOnlyMemory<byte> segment in content)
        {
            for (int offset = 0; offset < segment.Length; offset += PieceBytes)
            {
                ReadOnlyMemory<byte> piece = segment.Slice(offset, Math.Min(PieceBytes, segment.Length - offset));
                if (isText) LfText.Write(piece.Span, _wire.Output);
                else _wire.Output.Write(piece.Span);
                if (_wire.Output.Length > _options.GatherBytesMax) await _wire.FlushAsync(_options.BlockTimeout);
            }
        }
    }

    private async ValueTask<WireException?> ReadAsync(QmtpReply?[][] replies)
    {
        try
        {
            foreach (QmtpReply?[] package in replies)
                for (int i = 0; i < package.Length; i++)
                    package[i] = await ReadReplyAsync(i == 0 ? _options.ReplyTimeout : _options.NextReplyTimeout);
            return null;
        }
        catch (WireException error)
        {
            return error;
        }
    }

    private async ValueTask<QmtpReply> ReadReplyAsync(TimeSpan timeout)
    {
        _wire.BeginWait(timeout);
        try
        {
            while (true)
            {
                NetstringStatus status = QmtpReply.TryRead(_wire.Buffered, out QmtpReply? reply, out int consumed);
                _wire.Consume(consumed);
                if (status == NetstringStatus.Complete) return reply!;
                if (status != NetstringStatus.NeedMore) throw new WireException(WireFailure.OutOfStep, "the server sent something that is not a reply");
                await _wire.FillAsync();
            }
        }
        finally
        {
            _wire.EndWait();
        }
    }
}
