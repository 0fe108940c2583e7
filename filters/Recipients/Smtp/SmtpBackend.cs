using System.Net;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Client.Net;
using EdgeSmtp.Client.Smtp;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Filters.Recipients.Smtp;

/// <summary>Call-forward: asks the mailbox server itself, with MAIL FROM:&lt;&gt; and RCPT, and takes its answer to RCPT.</summary>
internal sealed class SmtpBackend : IRecipientBackend
{
    private readonly SmtpBackendOptions _options;
    private readonly SmtpClientOptions _client;
    private readonly HostAddresses _host;
    private readonly TimeProvider _time;
    private readonly IdleConnections _idle;

    public SmtpBackend(SmtpBackendOptions options, FilterPartContext context)
    {
        _options = options;
        _time = context.Time;
        _host = new HostAddresses(context.Dns, options.Host!);
        _idle = new IdleConnections(options, context.Time);
        SmtpTimeouts timeouts = new() { Greeting = options.Timeout, Hello = options.Timeout, Mail = options.Timeout, Rcpt = options.Timeout, DataBlock = options.Timeout, Quit = TimeSpan.FromSeconds(1) };
        _client = new SmtpClientOptions
        {
            HelloName = options.HelloName!,
            Protocol = options.Protocol,
            Dial = new DialOptions { ConnectTimeout = options.Timeout },
            Tls = new ClientTlsOptions { Mode = options.Tls, HandshakeTimeout = options.Timeout },
            Timeouts = timeouts,
        };
    }

    public async ValueTask<RecipientAnswer> FindAsync(string address, CancellationToken cancellationToken)
    {
        if (MailPathParser.TryParse(Encoding.UTF8.GetBytes(address), allowUtf8: true, out MailPath path) != PathError.None)
        {
            // The key of a path that was parsed before; only one without domain comes here.
            return RecipientAnswer.Unknown;
        }

        while (_idle.Take() is { } known)
        {
            SmtpVerifyResult result = await AskAsync(known, path, cancellationToken).ConfigureAwait(false);

            // A server may close a connection that was used before at any moment, with 421 or without a word; asking again on another does no harm.
            if (result.Failure is null || result.Recipient.Outcome != RecipientOutcome.NotTried)
            {
                return Judge(result);
            }
        }

        SmtpConnectResult opened = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return opened.Connection is null
            ? RecipientAnswer.TemporaryFailure($"{_options.Host}: {opened.Failure}")
            : Judge(await AskAsync(opened.Connection, path, cancellationToken).ConfigureAwait(false));
    }

    public ValueTask DisposeAsync() => _idle.DisposeAsync();

    private async ValueTask<SmtpVerifyResult> AskAsync(SmtpClientConnection connection, MailPath path, CancellationToken cancellationToken)
    {
        SmtpVerifyResult result = default;
        bool answered = false;
        try
        {
            result = await connection.VerifyAsync(path, cancellationToken).ConfigureAwait(false);
            answered = result.Failure is null;
            return result;
        }
        finally
        {
            if (answered)
            {
                await _idle.ReturnAsync(connection).ConfigureAwait(false);
            }
            else
            {
                connection.Dispose();
            }
        }
    }

    private RecipientAnswer Judge(in SmtpVerifyResult result) => result.Recipient.Outcome switch
    {
        RecipientOutcome.Accepted => RecipientAnswer.Known,
        RecipientOutcome.Permanent => RecipientAnswer.Unknown,
        RecipientOutcome.Temporary when result.Failure is null => RecipientAnswer.NotNow($"{_options.Host}: {result.Recipient.Reply}"),
        _ => RecipientAnswer.TemporaryFailure($"{_options.Host}: {result.Recipient.Reply?.ToString() ?? result.Failure?.ToString() ?? "no answer"}"),
    };

    private async ValueTask<SmtpConnectResult> OpenAsync(CancellationToken cancellationToken)
    {
        SmtpConnectResult last = new(null, new SmtpConnectFailure(ConnectStage.Dial, DialFailure.Unreachable, WireFailure.None, null, "no address is known"));
        foreach (IPAddress address in await _host.FindAsync(cancellationToken).ConfigureAwait(false))
        {
            SmtpTarget target = new(_options.Host!, new IPEndPoint(address, _options.Port));
            last = await SmtpClientConnection.OpenAsync(target, _client, _time, cancellationToken).ConfigureAwait(false);
            if (last.Failure is { IsHandshake: true } && !_client.Tls.IsRequired)
            {
                // RFC 7435 §3: what was opportunistic goes on in clear, on a new connection.
                SmtpClientOptions clear = _client with { Tls = _client.Tls with { Mode = ClientTlsMode.None } };
                last = await SmtpClientConnection.OpenAsync(target, clear, _time, cancellationToken).ConfigureAwait(false);
            }

            if (last.Connection is not null)
            {
                break;
            }
        }

        return last;
    }
}
