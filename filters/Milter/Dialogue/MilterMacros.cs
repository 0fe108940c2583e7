using System.Globalization;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Milter.Wire;

namespace EdgeSmtp.Filters.Milter.Dialogue;

/// <summary>The macros of Sendmail that we know the value of. A milter may list those that it wants at each stage; otherwise it gets what Postfix sends by default.</summary>
internal sealed class MilterMacros(Session session, string hostname, string clientName)
{
    private static readonly string[][] Defaults = MakeDefaults();

    /// <summary>The macros for a stage that have a value.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="wanted">The milter's own list; <c>null</c> when it gave none.</param>
    /// <param name="transaction">The transaction; <c>null</c> before it.</param>
    /// <param name="recipient">The recipient, at RCPT.</param>
    public List<KeyValuePair<string, string>> Of(MacroStage stage, IReadOnlyList<string>? wanted, Transaction? transaction, Recipient? recipient)
    {
        List<KeyValuePair<string, string>> macros = [];
        foreach (string name in wanted ?? Defaults[(int)stage])
        {
            if (ValueOf(name, transaction, recipient) is { } value)
            {
                macros.Add(new(name, value));
            }
        }

        return macros;
    }

    private static string[][] MakeDefaults()
    {
        string[] id = ["i"];
        string[][] defaults = new string[(int)MacroStage.EndOfHeader + 1][];
        defaults[(int)MacroStage.Connect] = ["j", "_", "{daemon_name}", "{daemon_addr}", "{if_name}", "{if_addr}", "{client_addr}", "{client_port}", "{client_name}", "{client_ptr}", "v"];
        defaults[(int)MacroStage.Hello] = ["{tls_version}", "{cipher}"];
        defaults[(int)MacroStage.Mail] = ["i", "{auth_authen}", "{mail_addr}", "{mail_host}", "{mail_mailer}"];
        defaults[(int)MacroStage.Recipient] = ["i", "{rcpt_addr}", "{rcpt_host}", "{rcpt_mailer}"];
        defaults[(int)MacroStage.Data] = id;
        defaults[(int)MacroStage.EndOfHeader] = id;
        defaults[(int)MacroStage.EndOfMessage] = id;
        return defaults;
    }

    private static string? DomainOf(Protocol.Addresses.MailPath? path) => path is null || path.DomainALabel.Length == 0 ? null : path.DomainALabel;

    private string? ValueOf(string name, Transaction? transaction, Recipient? recipient) => name switch
    {
        "j" or "{if_name}" => hostname,
        "v" => "EdgeSmtp",
        "_" => $"{clientName} [{session.Client.Address}]",
        "i" => transaction?.Id,
        "{client_addr}" => session.Client.Address.ToString(),
        "{client_port}" => session.Client.Port.ToString(CultureInfo.InvariantCulture),
        "{client_name}" or "{client_ptr}" => clientName,
        "{if_addr}" or "{daemon_addr}" => session.Local.Address.ToString(),
        "{daemon_port}" => session.Local.Port.ToString(CultureInfo.InvariantCulture),
        "{daemon_name}" => session.Listener,
        "{tls_version}" => session.Tls?.Protocol,
        "{cipher}" => session.Tls?.CipherSuite,
        "{auth_authen}" => session.AuthenticatedUser,
        "{mail_addr}" => transaction is null ? null : Text(transaction.ReversePath),
        "{mail_host}" => DomainOf(transaction?.ReversePath),
        "{mail_mailer}" => transaction is null ? null : "esmtp",
        "{rcpt_addr}" => recipient is null ? null : Text(recipient.ForwardPath),
        "{rcpt_host}" => DomainOf(recipient?.ForwardPath),
        "{rcpt_mailer}" => recipient is null ? null : "esmtp",
        _ => null,
    };

    private static string Text(Protocol.Addresses.MailPath path) => Encoding.UTF8.GetString(path.Bytes.Span);
}
