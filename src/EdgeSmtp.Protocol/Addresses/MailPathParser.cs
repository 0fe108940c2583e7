namespace EdgeSmtp.Protocol.Addresses;

/// <summary>Parses what stands between the angle brackets of MAIL and RCPT (RFC 5321 §4.1.2, RFC 6531 §3.3).</summary>
public static class MailPathParser
{
}
