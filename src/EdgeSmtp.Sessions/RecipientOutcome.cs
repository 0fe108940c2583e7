namespace EdgeSmtp.Sessions;

/// <summary>What became of a recipient that a client named.</summary>
internal enum RecipientOutcome : byte
{
    /// <summary>Accepted.</summary>
    Accepted,

    /// <summary>Accepted before in the same transaction.</summary>
    Duplicate,

    /// <summary>Malformed.</summary>
    Syntax,

    /// <summary>Not one of our domains, and the client may not relay.</summary>
    RelayDenied,

    /// <summary>No such mailbox.</summary>
    Unknown,

    /// <summary>The source of recipients cannot tell now.</summary>
    TemporaryFailure,

    /// <summary>One too many.</summary>
    TooMany,

    /// <summary>Its address needs SMTPUTF8, which its way is known to lack.</summary>
    NoSmtputf8,

    /// <summary>Its message is to be BINARYMIME, which its way does not take.</summary>
    NoBinarymime,

    /// <summary>To be sent in a transaction of its own, because its profile differs.</summary>
    OtherProfile,

    /// <summary>An access rule refuses mail of the client.</summary>
    AccessRule,

    /// <summary>A filter refused it.</summary>
    Filter,
}
