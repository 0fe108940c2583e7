using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>What the log says of a message that is ours.</summary>
/// <param name="Id">Its id.</param>
/// <param name="From">The reverse-path.</param>
/// <param name="To">The recipients as text.</param>
/// <param name="Recipients">How many.</param>
/// <param name="SizeBytes">Bytes of content.</param>
/// <param name="Delay">Time that the commit took.</param>
/// <param name="IsDiscarded">Whether it was accepted and dropped.</param>
internal sealed record CommittedMessage(string Id, MailPath From, string To, int Recipients, long SizeBytes, TimeSpan Delay, bool IsDiscarded);
