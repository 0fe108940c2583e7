using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using EdgeSmtp.Client.Net;
using EdgeSmtp.Client.Qmtp;
using EdgeSmtp.Client.Smtp;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Qmtp;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Server.Cli;

/// <summary>One message on its way to one server.</summary>
/// <param name="server">Host and port.</param>
/// <param name="tls">What is asked of TLS.</param>
/// <param name="hello">Our name in EHLO.</param>
/// <param name="sender">The reverse-path.</param>
/// <param name="recipients">Recipients.</param>
/// <param name="content">The message with CRLF.</param>
internal sealed class Submission(
    DnsEndPoint server, ClientTlsMode tls, string hello, MailPath sender, IReadOnlyList<MailPath> recipients, ReadOnlySequence<byte> content)
{
    /// <summary>Reads <c>HOST:PORT</c>.</summary>
    /// <param name="text">The text; an IPv6 address in brackets.</param>
    /// <returns><c>null</c> when it is not of that form.</returns>
    public static DnsEndPoint? ParseServer(string text)
    {
        int colon = text.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0
            ? new DnsEndPoint(text[..colon].Trim('[', ']'), port)
            : null;
    }

    /// <summary>Submits.</summary>
    /// <param name="protocol">How.</param>
    /// <param name="timeMax">For everything.</param>
    /// <param name="output">Takes a line for each reply.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns><see cref="ExitCode.Done"/> when every recipient was accepted.</returns>
    public async Task<int> RunAsync(SendProtocol protocol, TimeSpan timeMax, TextWriter output, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(timeMax, TimeProvider.System);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            SmtpTarget target = new(server.Host, IPAddress.TryParse(server.Host, out IPAddress? address) ? new IPEndPoint(address, server.Port) : server);
            return protocol == SendProtocol.Qmtp ? await QmtpAsync(target, output, end.Token) : await SmtpAsync(target, protocol, output, end.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"gave up after {timeMax.TotalSeconds} s"));
            return ExitCode.Failed;
        }
    }

    private async Task<int> SmtpAsync(SmtpTarget target, SendProtocol protocol, TextWriter output, CancellationToken cancellationToken)
    {
        SmtpClientOptions options = new()
        {
            HelloName = DomainName.IsValid(Encoding.UTF8.GetBytes(hello)) ? hello : "localhost",
            Protocol = protocol == SendProtocol.Lmtp ? ClientProtocol.Lmtp : ClientProtocol.Smtp,
            Tls = new ClientTlsOptions { Mode = tls },
            OnReply = reply => Print(reply, output),
        };
        SmtpConnectResult connected = await SmtpClientConnection.OpenAsync(target, options, TimeProvider.System, cancellationToken);
        if (connected.Connection is not { } connection)
        {
            await output.WriteLineAsync($"{server.Host}: {connected.Failure}");
            return ExitCode.Failed;
        }

        using (connection)
        {
            await output.WriteLineAsync($"connected to {target.EndPoint}{(connection.Tls is { } secured ? $", {secured.Protocol} {secured.CipherSuite}" : ", in clear")}");
            SmtpSendResult sent = await connection.SendAsync(
                new SmtpTransaction
                {
                    ReversePath = sender,
                    Recipients = [.. recipients.Select(static recipient => new SmtpRecipient(recipient))],
                    Content = content,
                    Body = Ascii.IsValid(content.ToArray()) ? BodyType.SevenBit : BodyType.EightBitMime,
                    SmtpUtf8 = !sender.IsAscii || recipients.Any(static recipient => !recipient.IsAscii),
                },
                cancellationToken);
            bool all = true;
            for (int i = 0; i < recipients.Count; i++)
            {
                all &= sent.Recipients[i].Outcome == RecipientOutcome.Accepted;
                string reply = sent.Recipients[i].Reply?.ToString() ?? sent.Failure?.ToString() ?? "no reply";
                await output.WriteLineAsync($"<{recipients[i]}> {sent.Recipients[i].Outcome.ToString().ToLowerInvariant()}: {reply}");
            }

            await connection.QuitAsync();
            return all ? ExitCode.Done : ExitCode.Failed;
        }
    }

    private static void Print(ServerReply reply, TextWriter output)
    {
        // RFC 2034 §4: an enhanced code stands on every line.
        string enhanced = reply.EnhancedCode.Length == 0 ? "" : reply.EnhancedCode + " ";
        for (int i = 0; i < reply.Lines.Count; i++)
        {
            // RFC 5321 §4.2.1: a hyphen behind the code says that more lines follow.
            char more = i < reply.Lines.Count - 1 ? '-' : ' ';
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {reply.Code}{more}{enhanced}{reply.Lines[i]}"));
        }
    }

    private async Task<int> QmtpAsync(SmtpTarget target, TextWriter output, CancellationToken cancellationToken)
    {
        QmtpConnectResult connected = await QmtpClientConnection.OpenAsync(target, QmtpClientOptions.Default, TimeProvider.System, cancellationToken);
        if (connected.Connection is not { } connection)
        {
            await output.WriteLineAsync($"{server.Host}: {connected.Detail}");
            return ExitCode.Failed;
        }

        using (connection)
        {
            await output.WriteLineAsync($"connected to {target.EndPoint}");
            QmtpSendResult sent = await connection.SendAsync([new QmtpPackage(sender, recipients, content)], cancellationToken);
            bool all = true;
            for (int i = 0; i < recipients.Count; i++)
            {
                QmtpReply? reply = sent.Replies[0][i];
                all &= reply?.Kind == QmtpReplyKind.Accepted;
                await output.WriteLineAsync($"<{recipients[i]}> {(reply is null ? $"no reply: {sent.Detail}" : $"{reply.Kind.ToString().ToLowerInvariant()}: {reply.Text}")}");
            }

            return all ? ExitCode.Done : ExitCode.Failed;
        }
    }
}
