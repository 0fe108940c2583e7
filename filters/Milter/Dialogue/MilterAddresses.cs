using System.Text;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Filters.Milter.Dialogue;

/// <summary>Reads the addresses that a milter names, with brackets or without.</summary>
internal static class MilterAddresses
{
    private static readonly ParameterPolicy DsnOnly = new() { Dsn = true };

    /// <summary>An address.</summary>
    /// <exception cref="MilterException">It is none.</exception>
    public static MailPath Path(string text) =>
        MailPathParser.TryParse(Encoding.UTF8.GetBytes(Bare(text)), allowUtf8: true, out MailPath path) == PathError.None ? path : throw new MilterException("it names an address that is none");

    /// <summary>A recipient with parameters of RCPT, as a client would write them: NOTIFY and ORCPT (RFC 3461 §4).</summary>
    /// <exception cref="MilterException">It is none, or has other parameters.</exception>
    public static RcptCommand Recipient(string text, string parameters)
    {
        byte[] argument = Encoding.UTF8.GetBytes($"TO:<{Bare(text)}> {parameters}".TrimEnd());
        return RcptCommandParser.TryParse(argument, DsnOnly, smtpUtf8: true, out RcptCommand recipient) == CommandError.None
            ? recipient
            : throw new MilterException("it adds a recipient with an address or parameters that are none");
    }

    private static string Bare(string text)
    {
        string address = text.Trim();
        return address is ['<', .. var inner, '>'] ? inner : address;
    }
}
