namespace EdgeSmtp.Protocol.Qmtp;

/// <summary>The two forms of a package.</summary>
public enum QmtpPackageKind : byte
{
    /// <summary>QMTP: message with its coding byte, sender, and a netstring of recipients; one reply per recipient.</summary>
    Qmtp,

    /// <summary>QMQP: one netstring around message without coding byte (always LF), sender and recipients; one reply.</summary>
    Qmqp,
}
