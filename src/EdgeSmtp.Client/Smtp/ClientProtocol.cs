namespace EdgeSmtp.Client.Smtp;

/// <summary>The two dialogues.</summary>
public enum ClientProtocol : byte
{
    /// <summary>SMTP (RFC 5321): one reply for all recipients after the content.</summary>
    Smtp,

    /// <summary>LMTP (RFC 2033): LHLO, and one reply for each recipient after the content.</summary>
    Lmtp,
}
