namespace EdgeSmtp.Protocol.Qmtp;

/// <summary>The first byte of a reply.</summary>
public enum QmtpReplyKind : byte
{
    /// <summary>Accepted: the server is responsible.</summary>
    Accepted = (byte)'K',

    /// <summary>Not now.</summary>
    Temporary = (byte)'Z',

    /// <summary>Never.</summary>
    Permanent = (byte)'D',
}
