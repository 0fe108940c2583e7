using System.Globalization;
using System.Text;

namespace EdgeSmtp.Protocol.Smtp;

/// <summary>The standard replies (RFC 5321 §4.2.3) with their enhanced codes (RFC 2034, RFC 3463, RFC 5248), each encoded once.</summary>
public static class SmtpReplies
{
    /// <summary>220 of STARTTLS (RFC 3207 §4).</summary>
    public static SmtpReply ReadyForTls { get; } = new(220, "2.0.0", "Ready to start TLS");

    /// <summary>221 of QUIT.</summary>
    public static SmtpReply Closing { get; } = new(221, "2.0.0", "Bye");

    /// <summary>235 of AUTH (RFC 4954 §6).</summary>
    public static SmtpReply AuthenticationSucceeded { get; } = new(235, "2.7.0", "Authentication successful");

    /// <summary>214 of HELP.</summary>
    public static SmtpReply Help { get; } = new(214, "2.0.0", "See RFC 5321");

    /// <summary>250 of NOOP and whatever has no text of its own.</summary>
    public static SmtpReply Ok { get; } = new(250, "2.0.0", "Ok");

    /// <summary>250 of MAIL.</summary>
    public static SmtpReply SenderOk { get; } = new(250, "2.1.0", "Ok");

    /// <summary>250 of RCPT.</summary>
    public static SmtpReply RecipientOk { get; } = new(250, "2.1.5", "Ok");

    /// <summary>250 of RSET.</summary>
    public static SmtpReply ResetOk { get; } = new(250, "2.0.0", "Ok");

    /// <summary>252 of VRFY and EXPN, the same for every argument, so that nobody learns who exists (RFC 5321 §7.3).</summary>
    public static SmtpReply CannotVerify { get; } = new(252, "2.5.0", "Cannot verify, but will accept mail and try to deliver it");

    /// <summary>354 of DATA; 3xx has no enhanced code (RFC 2034 §3).</summary>
    public static SmtpReply StartMailInput { get; } = new(354, string.Empty, "End data with <CR><LF>.<CR><LF>");

    /// <summary>421 to everyone when the server drains.</summary>
    public static SmtpReply ShuttingDown { get; } = new(421, "4.3.2", "Service shutting down, try again");

    /// <summary>421 at connect when the server is full.</summary>
    public static SmtpReply TooManyConnections { get; } = new(421, "4.7.0", "Too many connections, try again later");

    /// <summary>421 at connect when the client's address or network holds too many.</summary>
    public static SmtpReply TooManyConnectionsFromClient { get; } = new(421, "4.7.0", "Too many connections from your address");

    /// <summary>421 when a state's timeout passed (RFC 5321 §4.5.3.2.7).</summary>
    public static SmtpReply Timeout { get; } = new(421, "4.4.2", "Timeout, closing connection");

    /// <summary>A recipient that cannot share the message with the first; RFC 5321 §4.5.3.1.10 makes the client send it again in a transaction of its own.</summary>
    public static SmtpReply OtherTransaction { get; } = new(452, "4.5.3", "Send this recipient in another transaction");

    /// <summary>Access rules ask for the name of the client, and the DNS does not say it now.</summary>
    public static SmtpReply ClientNameUnknown { get; } = new(421, "4.4.3", "Cannot find your host name now, try again later");

    /// <summary>An unknown recipient that a rule refuses for now only.</summary>
    public static SmtpReply RecipientUnknownForNow { get; } = new(450, "4.2.1", "Recipient unknown at the moment, try again later");

    /// <summary>421 when the whole session took too long.</summary>
    public static SmtpReply SessionTooLong { get; } = new(421, "4.4.2", "Session time limit reached");

    /// <summary>421 when the session made too many errors.</summary>
    public static SmtpReply TooManyErrors { get; } = new(421, "4.7.0", "Too many errors");

    /// <summary>421 when the session gave too many commands.</summary>
    public static SmtpReply TooManyCommands { get; } = new(421, "4.7.0", "Too many commands");

    /// <summary>421 after a failure of ours that the session cannot outlive.</summary>
    public static SmtpReply InternalErrorClosing { get; } = new(421, "4.3.0", "Internal error, closing connection");

    /// <summary>450 for a mailbox that cannot be served now.</summary>
    public static SmtpReply MailboxUnavailable { get; } = new(450, "4.2.0", "Mailbox unavailable, try again later");

    /// <summary>451 when we, or a filter, failed.</summary>
    public static SmtpReply LocalError { get; } = new(451, "4.3.0", "Temporary local error, try again later");

    /// <summary>452 when disk or memory for mail is short (RFC 3463 §3.4).</summary>
    public static SmtpReply InsufficientStorage { get; } = new(452, "4.3.1", "Insufficient system storage, try again later");

    /// <summary>452 for the recipient above the limit (RFC 5321 §4.5.3.1.10).</summary>
    public static SmtpReply TooManyRecipients { get; } = new(452, "4.5.3", "Too many recipients");

    /// <summary>454 of STARTTLS when there is no certificate now (RFC 3207 §4).</summary>
    public static SmtpReply TlsNotAvailable { get; } = new(454, "4.7.0", "TLS not available");

    /// <summary>454 of AUTH when the backend failed (RFC 4954 §6).</summary>
    public static SmtpReply AuthenticationUnavailable { get; } = new(454, "4.7.0", "Temporary authentication failure");

    /// <summary>500 for a command line over its limit (RFC 5321 §4.5.3.1.4).</summary>
    public static SmtpReply LineTooLong { get; } = new(500, "5.5.2", "Line too long");

    /// <summary>500 for a line with a bare CR, a bare LF or NUL.</summary>
    public static SmtpReply MalformedLine { get; } = new(500, "5.5.2", "Bare CR, bare LF or NUL in a command");

    /// <summary>500 for another protocol's first line; the session then closes.</summary>
    public static SmtpReply NotSmtp { get; } = new(500, "5.5.2", "This is an SMTP server");

    /// <summary>500 for an unknown verb.</summary>
    public static SmtpReply UnknownCommand { get; } = new(500, "5.5.1", "Command unknown");

    /// <summary>501 for an argument that does not follow its grammar.</summary>
    public static SmtpReply SyntaxErrorInArguments { get; } = new(501, "5.5.4", "Syntax error in parameters or arguments");

    /// <summary>501 for an argument of a command that takes none (RFC 3207 §4).</summary>
    public static SmtpReply NoArgumentsAllowed { get; } = new(501, "5.5.4", "No argument allowed");

    /// <summary>501 for the name of HELO and EHLO.</summary>
    public static SmtpReply BadHello { get; } = new(501, "5.5.4", "Domain name or address literal required");

    /// <summary>501 for a malformed reverse-path (RFC 3463 §3.2).</summary>
    public static SmtpReply BadReversePath { get; } = new(501, "5.1.7", "Bad sender address syntax");

    /// <summary>501 for a malformed forward-path (RFC 3463 §3.2).</summary>
    public static SmtpReply BadForwardPath { get; } = new(501, "5.1.3", "Bad recipient address syntax");

    /// <summary>501 for a reverse-path over a limit (RFC 5321 §4.5.3.1.10).</summary>
    public static SmtpReply ReversePathTooLong { get; } = new(501, "5.1.7", "Sender address too long");

    /// <summary>501 for a forward-path over a limit (RFC 5321 §4.5.3.1.10).</summary>
    public static SmtpReply ForwardPathTooLong { get; } = new(501, "5.1.3", "Recipient address too long");

    /// <summary>501 for a known parameter with a wrong value.</summary>
    public static SmtpReply BadParameter { get; } = new(501, "5.5.4", "Bad parameter value");

    /// <summary>501 for a parameter given twice.</summary>
    public static SmtpReply RepeatedParameter { get; } = new(501, "5.5.4", "Parameter given twice");

    /// <summary>502 for a verb that is known but not offered.</summary>
    public static SmtpReply NotImplemented { get; } = new(502, "5.5.1", "Command not implemented");

    /// <summary>503 for a command in the wrong state.</summary>
    public static SmtpReply BadSequence { get; } = new(503, "5.5.1", "Bad sequence of commands");

    /// <summary>503 for a transaction before HELO or EHLO.</summary>
    public static SmtpReply HelloFirst { get; } = new(503, "5.5.1", "Send HELO or EHLO first");

    /// <summary>503 for RCPT, DATA or BDAT without MAIL.</summary>
    public static SmtpReply MailFirst { get; } = new(503, "5.5.1", "Need MAIL command");

    /// <summary>503 for DATA or BDAT without RCPT.</summary>
    public static SmtpReply RcptFirst { get; } = new(503, "5.5.1", "Need RCPT command");

    /// <summary>503 for MAIL within a transaction (RFC 5321 §4.1.4).</summary>
    public static SmtpReply NestedMail { get; } = new(503, "5.5.1", "Nested MAIL command");

    /// <summary>503 for DATA after BODY=BINARYMIME, or after BDAT (RFC 3030 §2 and §3).</summary>
    public static SmtpReply DataNotAllowed { get; } = new(503, "5.5.1", "DATA not allowed here, use BDAT");

    /// <summary>503 for STARTTLS within TLS.</summary>
    public static SmtpReply AlreadyTls { get; } = new(503, "5.5.1", "TLS already active");

    /// <summary>504 for an unknown value of a known option, such as an AUTH mechanism (RFC 4954 §4).</summary>
    public static SmtpReply ParameterNotImplemented { get; } = new(504, "5.5.4", "Command parameter not implemented");

    /// <summary>530 where the listener demands TLS (RFC 3207 §4).</summary>
    public static SmtpReply StartTlsFirst { get; } = new(530, "5.7.0", "Must issue a STARTTLS command first");

    /// <summary>530 where the listener demands authentication (RFC 4954 §6).</summary>
    public static SmtpReply AuthenticationRequired { get; } = new(530, "5.7.0", "Authentication required");

    /// <summary>535 for wrong credentials (RFC 4954 §6).</summary>
    public static SmtpReply AuthenticationFailed { get; } = new(535, "5.7.8", "Authentication credentials invalid");

    /// <summary>538 for a clear-text mechanism without TLS (RFC 5248 §2.4).</summary>
    public static SmtpReply EncryptionRequired { get; } = new(538, "5.7.11", "Encryption required for this mechanism");

    /// <summary>550 for a recipient that does not exist.</summary>
    public static SmtpReply UnknownRecipient { get; } = new(550, "5.1.1", "Recipient unknown");

    /// <summary>550 for a recipient in a domain that is not ours.</summary>
    public static SmtpReply RelayDenied { get; } = new(550, "5.7.1", "Relaying denied");

    /// <summary>550 at the end of data for a bare CR, a bare LF or NUL that the listener refuses.</summary>
    public static SmtpReply BareNewline { get; } = new(550, "5.5.2", "Bare CR, bare LF or NUL in the message");

    /// <summary>552 for a message over the size limit (RFC 1870 §6).</summary>
    public static SmtpReply MessageTooLarge { get; } = new(552, "5.3.4", "Message too large");

    /// <summary>552 for a header over its limit.</summary>
    public static SmtpReply HeaderTooLarge { get; } = new(552, "5.3.4", "Message header too large");

    /// <summary>550 for a text line over a configured limit (RFC 5321 §4.5.3.1.6).</summary>
    public static SmtpReply TextLineTooLong { get; } = new(550, "5.6.0", "Text line too long");

    /// <summary>553 for a UTF-8 address without SMTPUTF8 (RFC 6531 §3.5).</summary>
    public static SmtpReply Utf8PathNotAllowed { get; } = new(553, "5.6.7", "Non-ASCII addresses not permitted here");

    /// <summary>553 for a recipient whose next hop takes no addresses outside ASCII, when the recipient or the sender has one (RFC 6531 §3.2 and §4.6).</summary>
    public static SmtpReply Utf8PathNotTaken { get; } = new(553, "5.6.7", "Non-ASCII addresses not taken where mail of this recipient goes");

    /// <summary>554 for a recipient whose next hop takes no BINARYMIME (RFC 3030 §3, RFC 3463 §3.7).</summary>
    public static SmtpReply BinaryNotTaken { get; } = new(554, "5.6.3", "Binary content not taken where mail of this recipient goes");

    /// <summary>554 at connect for a client that is not served (RFC 5321 §3.1).</summary>
    public static SmtpReply AccessDenied { get; } = new(554, "5.7.1", "Access denied");

    /// <summary>554 for DATA when every recipient was refused (RFC 5321 §4.1.1.4).</summary>
    public static SmtpReply NoValidRecipients { get; } = new(554, "5.5.1", "No valid recipients");

    /// <summary>554 for a mail loop (RFC 5321 §6.3).</summary>
    public static SmtpReply TooManyHops { get; } = new(554, "5.4.6", "Too many hops");

    /// <summary>555 for a parameter that is not known or not offered (RFC 5321 §4.1.1.11).</summary>
    public static SmtpReply UnknownParameter { get; } = new(555, "5.5.4", "Parameter not recognized or not implemented");

    /// <summary>The greeting; it begins with our name and has no enhanced code (RFC 5321 §4.2, RFC 2034 §3).</summary>
    public static SmtpReply Greeting(string hostname) => new(220, string.Empty, $"{hostname} ESMTP");

    /// <summary>250 of HELO.</summary>
    public static SmtpReply HelloOk(string hostname) => new(250, string.Empty, hostname);

    /// <summary>250 of EHLO, one keyword a line (RFC 5321 §4.1.1.1).</summary>
    /// <param name="hostname">Our name.</param>
    /// <param name="extensions">Keywords with their parameters, in the order they are sent.</param>
    public static SmtpReply ExtendedHelloOk(string hostname, IEnumerable<string> extensions) =>
        new(250, string.Empty, string.Join('\n', extensions.Prepend(hostname)));

    /// <summary>Writes the 250 at the end of data: the message is ours. No object, because a busy server says nothing else so often.</summary>
    /// <param name="id">Id of the message, ASCII.</param>
    /// <param name="line">Takes it; <see cref="SmtpReply.LineBytesMax"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteQueued(string id, Span<byte> line)
    {
        ReadOnlySpan<byte> text = "250 2.0.0 Ok: queued as "u8;
        text.CopyTo(line);
        int length = text.Length + Encoding.ASCII.GetBytes(id, line[text.Length..]);
        "\r\n"u8.CopyTo(line[length..]);
        return length + 2;
    }

    /// <summary>250 of a BDAT chunk that is not the last (RFC 3030 §2).</summary>
    public static SmtpReply ChunkOk(long sizeBytes) => new(250, "2.0.0", string.Create(CultureInfo.InvariantCulture, $"{sizeBytes} octets received"));
}
