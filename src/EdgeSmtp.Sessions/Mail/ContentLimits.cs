namespace EdgeSmtp.Sessions.Mail;

/// <summary>What a message may measure.</summary>
/// <param name="MessageBytesMax">Bytes without our trace fields.</param>
/// <param name="HeaderBytesMax">Bytes of its header.</param>
/// <param name="HopsMax">With so many Received fields it is in a loop.</param>
/// <param name="TextLineMax">Bytes of a line without CRLF; 0 for any.</param>
internal sealed record ContentLimits(long MessageBytesMax, long HeaderBytesMax, int HopsMax, int TextLineMax);
