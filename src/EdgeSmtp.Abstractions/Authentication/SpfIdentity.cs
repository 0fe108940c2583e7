namespace EdgeSmtp.Abstractions.Authentication;

/// <summary>Whose domain SPF was asked about (RFC 7208 §2.3, §2.4).</summary>
public enum SpfIdentity : byte
{
    /// <summary>The reverse-path.</summary>
    MailFrom,

    /// <summary>The name given with HELO or EHLO; also what stands for an empty reverse-path.</summary>
    Hello,
}
