using System.Buffers;
using System.Text;
using EdgeSmtp.Client.Net;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Client.Smtp;

/// <summary>From the connected socket to the first transaction: greeting, hello, TLS.</summary>
internal sealed class SmtpOpening(ClientWire wire, ReplyReader replies, SmtpTarget target, SmtpClientOptions options)
{
    private ConnectStage _stage;
    private ServerReply? _lastReply;

    /// <summary>What the server offers, once <see cref="RunAsync"/> has returned <c>null</c>.</summary>
    public SmtpCapabilities Capabilities { get; private set; } = SmtpCapabilities.None;

    /// <summary>Runs it.</summary>
    /// <returns>Why the host cannot be used; <c>null</c> when it can.</returns>
    public async ValueTask<SmtpConnectFailure?> RunAsync()
    {
        try
        {
            SmtpConnectFailure? failure = await StepsAsync();
            if (failure is { Stage: not ConnectStage.Handshake }) await SayQuitAsync();
            return failure;
        }
        catch (WireException error)
        {
            return new SmtpConnectFailure(_stage, DialFailure.None, error.Failure, null, $"{error.Message} ({Name(_stage)})");
        }
    }

    private async ValueTask<SmtpConnectFailure?> StepsAsync()
    {
        if (options.Tls.Implicit) await HandshakeAsync();

        _stage = ConnectStage.Greeting;
        ServerReply greeting = await replies.ReadAsync(options.Timeouts.Greeting);
        // RFC 5321 §3.1: only 220 opens a session.
        if (greeting.Code != 220) return Fail("the server does not open a session", greeting);
        if (!await HelloAsync()) return Fail("the server refuses our hello", _lastReply);
        return options.Tls.Implicit || options.Tls.Mode == ClientTlsMode.None ? null : await StartTlsAsync();
    }

    private async ValueTask<SmtpConnectFailure?> StartTlsAsync()
    {
        _stage = ConnectStage.StartTls;
        if (!Capabilities.StartTls) return options.Tls.IsRequired ? Fail("the server does not offer STARTTLS", null) : null;

        wire.Output.Write("STARTTLS\r\n"u8);
        await wire.FlushAsync(options.Timeouts.Hello);
        ServerReply reply = await replies.ReadAsync(options.Timeouts.Hello);
        // RFC 3207 §4: without TLS the client decides whether to go on; an opportunistic one does, unless the server hangs up.
        if (reply.Code != 220) return options.Tls.IsRequired || reply.Code == 421 ? Fail("the server refuses STARTTLS", reply) : null;

        // What comes in clear behind the 220 was put there by somebody else (RFC 3207 §6): it must not be read as coming through TLS.
        if (!wire.Buffered.IsEmpty) throw new WireException(WireFailure.OutOfStep, "the server sent clear text behind its reply to STARTTLS");
        await HandshakeAsync();

        // RFC 3207 §4.2: everything learned before is forgotten.
        return await HelloAsync() ? null : Fail("the server refuses our hello after STARTTLS", _lastReply);
    }

    private async ValueTask HandshakeAsync()
    {
        _stage = ConnectStage.Handshake;
        await wire.StartTlsAsync(options.Tls.ForHost(target.Name), options.Tls.HandshakeTimeout);
    }

    private async ValueTask<bool> HelloAsync()
    {
        _stage = ConnectStage.Hello;
        Capabilities = SmtpCapabilities.None;
        ServerReply reply = await SayAsync(options.Protocol == ClientProtocol.Lmtp ? "LHLO " : "EHLO ");
        if (reply.IsSuccess)
        {
            Capabilities = SmtpCapabilities.Parse(reply);
            return true;
        }

        // RFC 5321 §3.2: an old server does not know EHLO. RFC 2033 §4.1: LHLO has no such fallback.
        return reply.IsPermanent && options.Protocol == ClientProtocol.Smtp && (await SayAsync("HELO ")).IsSuccess;
    }

    private async ValueTask<ServerReply> SayAsync(string verb)
    {
        Encoding.ASCII.GetBytes(verb, wire.Output);
        Encoding.ASCII.GetBytes(options.HelloName, wire.Output);
        wire.Output.Write("\r\n"u8);
        await wire.FlushAsync(options.Timeouts.Hello);
        return _lastReply = await replies.ReadAsync(options.Timeouts.Hello);
    }

    private SmtpConnectFailure Fail(string detail, ServerReply? reply) => new(_stage, DialFailure.None, WireFailure.None, reply, detail);

    /// <summary>RFC 5321 §3.1 and §4.1.1.10: a client says QUIT also to a server that refused it. Its reply is not waited for.</summary>
    private async ValueTask SayQuitAsync()
    {
        wire.Output.Write("QUIT\r\n"u8);
        await wire.FlushAsync(options.Timeouts.Quit);
        wire.HalfClose();
    }

    private static string Name(ConnectStage stage) => stage switch
    {
        ConnectStage.Greeting => "waiting for the greeting",
        ConnectStage.Hello => "at hello",
        ConnectStage.StartTls => "at STARTTLS",
        ConnectStage.Handshake => "in the TLS handshake",
        _ => "connecting",
    };
}
