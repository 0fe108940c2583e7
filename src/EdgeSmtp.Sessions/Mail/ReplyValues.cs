using System.Net;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>What the placeholders of a reply stand for.</summary>
/// <param name="Id">Id of the transaction, or of the session outside of one.</param>
/// <param name="Client">The client.</param>
/// <param name="Sender">The reverse-path; <c>null</c> outside of a transaction.</param>
/// <param name="Recipient">The recipient that is refused; <c>null</c> when it is not about one.</param>
internal readonly record struct ReplyValues(string Id, IPAddress Client, MailPath? Sender, MailPath? Recipient);
