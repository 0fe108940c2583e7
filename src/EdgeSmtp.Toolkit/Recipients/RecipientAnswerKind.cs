namespace EdgeSmtp.Toolkit.Recipients;

/// <summary>What a backend says of an address.</summary>
public enum RecipientAnswerKind : byte
{
    /// <summary>It does not know the address: certainly no mailbox of its.</summary>
    Unknown,

    /// <summary>The address exists.</summary>
    Known,

    /// <summary>It cannot tell now.</summary>
    TemporaryFailure,
}
