namespace EdgeSmtp.Client.Smtp;

/// <summary>What becomes of 8-bit content when the server does not offer 8BITMIME (RFC 6152 §3 forbids to send it; every server in use takes it).</summary>
public enum EightBitPolicy : byte
{
    /// <summary>It goes as it is.</summary>
    SendAsIs,

    /// <summary>It fails with 5.6.3.</summary>
    Bounce,
}
