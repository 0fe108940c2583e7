using System.CommandLine;
using EdgeSmtp.Client.Net;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Server.Configuration.Checks;

namespace EdgeSmtp.Server.Cli;

/// <summary><c>edgesmtp send</c>: submits one message file by SMTP or QMTP and prints each reply. For trying a server out, ours or another.</summary>
internal static class SendCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string> file = new("FILE") { Description = "A message (RFC 5322), lines ended by LF or CRLF; '-' for standard input." };
        Option<string[]> to = new("--to", "-t") { Description = "A recipient; may be given several times.", Required = true, HelpName = "ADDRESS" };
        Option<string> from = new("--from", "-f") { Description = "The reverse-path. Default <>.", HelpName = "ADDRESS", DefaultValueFactory = static _ => string.Empty };
        Option<string> server = new("--server", "-s") { Description = "Where to.", HelpName = "HOST:PORT", DefaultValueFactory = static _ => "127.0.0.1:2525" };
        Option<SendProtocol> protocol = new("--protocol", "-p") { Description = "How. QMTP's own port is 209, 2209 in the embedded default.", DefaultValueFactory = static _ => SendProtocol.Smtp };
        Option<ClientTlsMode> tls = new("--tls") { Description = "What is asked of TLS.", DefaultValueFactory = static _ => ClientTlsMode.Opportunistic };
        Option<string> hello = new("--hello") { Description = "Our name in EHLO. Default the name of the host.", HelpName = "NAME", DefaultValueFactory = static _ => Environment.MachineName };
        Option<int> timeout = new("--timeout") { Description = "Seconds for the whole submission.", DefaultValueFactory = static _ => 60 };
        to.Validators.Add(static result =>
        {
            foreach (string address in result.Tokens.Select(static token => token.Value).Where(static address => IdentityCheck.Path(address) is null))
            {
                result.AddError($"'{address}' is not an address.");
            }
        });
        from.Validators.Add(static result =>
        {
            if (!result.Implicit && result.Tokens[0].Value is { Length: > 0 } address && address != "<>" && IdentityCheck.Path(address) is null)
            {
                result.AddError($"'{address}' is not an address.");
            }
        });
        server.Validators.Add(static result =>
        {
            if (!result.Implicit && Submission.ParseServer(result.Tokens[0].Value) is null)
            {
                result.AddError($"'{result.Tokens[0].Value}' is not HOST:PORT.");
            }
        });
        Command command = new("send", "Submit one message file by SMTP or QMTP, and print each reply.") { file, to, from, server, protocol, tls, hello, timeout };
        command.SetAction((parsed, cancellationToken) =>
        {
            string reverse = parsed.GetValue(from)!;
            Submission submission = new(
                Submission.ParseServer(parsed.GetValue(server)!)!,
                parsed.GetValue(tls),
                parsed.GetValue(hello)!,
                reverse is "" or "<>" ? MailPath.Null : IdentityCheck.Path(reverse)!,
                [.. parsed.GetValue(to)!.Select(static address => IdentityCheck.Path(address)!)],
                MessageFile.Read(parsed.GetValue(file)!));
            return submission.RunAsync(parsed.GetValue(protocol), TimeSpan.FromSeconds(parsed.GetValue(timeout)), parsed.InvocationConfiguration.Output, cancellationToken);
        });
        return command;
    }
}
