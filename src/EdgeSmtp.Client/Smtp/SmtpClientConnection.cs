using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Client.Net;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Client.Smtp;

/// <summary>A connection to an SMTP or LMTP server, for one transaction after another. One operation at a time.</summary>
public sealed class SmtpClientConnection : IDisposable
{
    private readonly ClientWire _wire;
    private readonly ReplyReader _replies;
    private readonly SmtpClientOptions _options;
    private bool _needsReset;
    private bool _ended;

    private SmtpClientConnection(ClientWire wire, ReplyReader replies, SmtpTarget target, SmtpCapabilities capabilities, SmtpClientOptions options, TimeProvider time)
    {
        _wire = wire;
        _replies = replies;
        _options = options;
        Target = target;
        Capabilities = capabilities;
        Opened = time.GetTimestamp();
        if (wire.Tls is { } tls) Tls = new TlsInfo(ProtocolName(tls), tls.NegotiatedCipherSuite.ToString(), tls.TargetHostName, null);
    }

    /// <summary>Where it goes.</summary>
    public SmtpTarget Target { get; }

    /// <summary>What the server offers.</summary>
    public SmtpCapabilities Capabilities { get; }

    /// <summary>Its TLS; <c>null</c> in clear.</summary>
    public TlsInfo? Tls { get; }

    /// <summary>When it was opened, as a timestamp of the clock.</summary>
    public long Opened { get; }

    /// <summary>Transactions so far.</summary>
    public int Transactions { get; private set; }

    /// <summary>Whether the next transaction can go over it: nothing failed, and the server has neither closed it nor said anything unasked.</summary>
    public bool IsUsable => !_ended && !_wire.IsStale;

    /// <summary>Connects and goes through greeting, hello and TLS.</summary>
    /// <param name="target">The host.</param>
    /// <param name="options">How to talk to it.</param>
    /// <param name="time">The clock of all timeouts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public static async ValueTask<SmtpConnectResult> OpenAsync(SmtpTarget target, SmtpClientOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        DialResult dial = await Dialer.DialAsync(target.EndPoint, options.Dial, time, cancellationToken);
        if (dial.Socket is null) return new SmtpConnectResult(null, new SmtpConnectFailure(ConnectStage.Dial, dial.Failure, WireFailure.None, null, dial.Detail));

        ClientWire? wire = new(dial.Socket, time);
        try
        {
            ReplyReader replies = new(wire, options.OnReply);
            SmtpOpening opening = new(wire, replies, target, options);
            wire.Link(cancellationToken);
            SmtpConnectFailure? failure = await opening.RunAsync();
            wire.Unlink();
            if (failure is not null) return new SmtpConnectResult(null, failure);
            SmtpClientConnection connection = new(wire, replies, target, opening.Capabilities, options, time);
            wire = null;
            return new SmtpConnectResult(connection, null);
        }
        finally
        {
            wire?.Dispose();
        }
    }

    /// <summary>Sends one message.</summary>
    /// <param name="transaction">Envelope and content.</param>
    /// <param name="cancellationToken">Gives up: the connection is lost, and what the server did with the message is unknown.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async ValueTask<SmtpSendResult> SendAsync(SmtpTransaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        SmtpExchange exchange = new(_wire, _replies, Capabilities, _options, transaction, _needsReset);
        // Until the transaction has come to its end, whatever ends it ends the connection.
        _ended = true;
        _wire.Link(cancellationToken);
        try
        {
            SmtpSendResult result = await exchange.RunAsync();
            Transactions++;
            _needsReset = !exchange.EndedClean;
            _ended = result.Failure is not null;
            return result;
        }
        finally
        {
            _wire.Unlink();
        }
    }

    /// <summary>Asks whether the server would take mail for a recipient: MAIL with the null reverse-path and RCPT, without sending anything.</summary>
    /// <param name="forwardPath">The recipient.</param>
    /// <param name="cancellationToken">Gives up: the connection is lost.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async ValueTask<SmtpVerifyResult> VerifyAsync(MailPath forwardPath, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(forwardPath);
        SmtpProbe probe = new(_wire, _replies, Capabilities, _options, forwardPath, _needsReset);
        _ended = true;
        _wire.Link(cancellationToken);
        try
        {
            SmtpVerifyResult result = await probe.RunAsync();
            Transactions++;
            _needsReset = true;
            _ended = result.Failure is not null;
            return result;
        }
        finally
        {
            _wire.Unlink();
        }
    }

    /// <summary>Says goodbye and closes. Never throws; takes at most the timeout of QUIT twice.</summary>
    public async ValueTask QuitAsync()
    {
        if (!_ended)
        {
            _ended = true;
            try
            {
                _wire.Output.Write("QUIT\r\n"u8);
                await _wire.FlushAsync(_options.Timeouts.Quit);
                _wire.HalfClose();
                // RFC 5321 §4.1.1.10: the client waits for the reply, so that the server does not write into a closed connection.
                _ = await _replies.ReadAsync(_options.Timeouts.Quit);
            }
            catch (WireException)
            {
                // It is over in any case.
            }
        }

        Dispose();
    }

    /// <summary>Closes without a word.</summary>
    public void Dispose()
    {
        _ended = true;
        _wire.Dispose();
    }

    private static string ProtocolName(System.Net.Security.SslStream tls) => tls.SslProtocol switch
    {
        System.Security.Authentication.SslProtocols.Tls12 => "TLSv1.2",
        System.Security.Authentication.SslProtocols.Tls13 => "TLSv1.3",
        var other => other.ToString(),
    };
}
